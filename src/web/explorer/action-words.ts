import type { GovernanceAction } from '../../contract/explorer.ts';
import { governanceWords } from '../i18n/governance.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { useKindWords } from './kind.ts';

/** What a proposal would do, in one plain clause. */
export function useActionWords(): (action: GovernanceAction) => string {
  const words = useWords(governanceWords);
  const language = useLanguage();
  const kind = useKindWords();
  return (action) => {
    switch (action.op) {
      case 'membership.admit':
        return words['action.membership.admit'](action.organisation.name, kind(action.kind));
      case 'membership.suspend':
      case 'membership.reinstate':
      case 'membership.rotate-keys':
        return words[`action.${action.op}`](action.organisation.name);
      case 'validators.set':
        return action.power === 0
          ? words['action.validators.end'](action.organisation.name)
          : words['action.validators.set'](action.organisation.name, action.power.toLocaleString(language));
      case 'governance.set-policy':
        return words['action.governance.set-policy'](`${action.policy.numerator}/${action.policy.denominator}`);
      case 'governance.upgrade':
        return words['action.governance.upgrade'](action.version, action.height.toLocaleString(language));
    }
  };
}

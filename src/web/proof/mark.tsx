/** The small mark beside a fact: word and icon, never colour alone. It opens the proof drawer. */
import { useNavigate } from '@tanstack/react-router';
import type { Proof } from '../../contract/portal.ts';
import { useWords } from '../i18n/language.ts';
import { proofWords } from '../i18n/proof.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import type { MarkState } from './state.ts';
import { useMark } from './use-mark.ts';

export const markIcons: Readonly<Record<MarkState, IconName>> = {
  verified: 'shield',
  claimed: 'shieldOpen',
  unchecked: 'question',
  failed: 'shieldNo',
};

export function Mark({ proof, about }: { readonly proof: Proof; readonly about: string }) {
  const words = useWords(proofWords);
  const navigate = useNavigate();
  const state = useMark(proof);
  return (
    <button
      type="button"
      className={`mark ${state}`}
      aria-label={words.markLabel(words[`mark.${state}`], about)}
      title={words[`markHelp.${state}`]}
      onClick={() =>
        void navigate({ to: '.', search: (search) => ({ ...search, proof: proof.receiptUrl, content: proof.contentUrl }), resetScroll: false })
      }
    >
      <Icon name={markIcons[state]} size={16} />
      {words[`mark.${state}`]}
    </button>
  );
}

/**
 * The one decision point: a pure function of the request and the facts. Denies unless some rule permits; a rule that fails to evaluate
 * denies. The list of rules below is the order in which law, patient, network and organisation have their say.
 */
import type { Visibility } from '../records/model.ts';
import type { CodedError } from '../base/result.ts';
import { codedError } from '../base/errors.ts';
import { accessErrors } from './errors.ts';
import type { Facts } from './facts.ts';
import type { Basis } from './policy/model.ts';
import type { AccessRequest } from './request.ts';
import { emptyDraft, type Draft, type Rule } from './rules/draft.ts';
import { labels } from './rules/labels.ts';
import { ledgerFreshness } from './rules/ledger-freshness.ts';
import { membership } from './rules/membership.ts';
import { minimumNecessary } from './rules/minimum-necessary.ts';
import { networkDefault } from './rules/network-default.ts';
import { organisationPolicy } from './rules/organisation-policy.ts';
import { patientDenies } from './rules/patient-denies.ts';
import { patientPermits } from './rules/patient-permits.ts';
import { principal } from './rules/principal.ts';
import { proxy } from './rules/proxy.ts';
import { statuteLocks } from './rules/statute-locks.ts';

export interface Decision {
  readonly effect: 'permit' | 'deny';
  /** What may be seen; nothing when denied. Goes into every query. */
  readonly visibility: Visibility;
  /** Why it is lawful, or the rule that stood against it. */
  readonly basis: Basis;
  /** Id of the rule that decided. */
  readonly rule: string;
  /** Set when denied: code of `access.*`, sentence and next step. */
  readonly refusal?: CodedError;
  /** The share that the permit rests on. */
  readonly grantId?: string;
  /** Code of an exception under which this was permitted (`ledger-behind`). */
  readonly exception?: string;
  readonly obligations: readonly string[];
  readonly ruleVersions: Readonly<Record<string, string>>;
  /** What each rule said, in order. */
  readonly explanation: readonly { readonly rule: string; readonly outcome: 'permits' | 'denies' | 'limits' | 'passes'; readonly words: string }[];
}

const RULES: readonly (readonly [name: string, rule: Rule])[] = [
  ['membership', membership],
  ['ledger-freshness', ledgerFreshness],
  ['principal', principal],
  ['proxy', proxy],
  ['statute-locks', statuteLocks],
  ['patient-denies', patientDenies],
  ['patient-permits', patientPermits],
  ['network-default', networkDefault],
  ['organisation-policy', organisationPolicy],
  ['labels', labels],
  ['minimum-necessary', minimumNecessary],
];

const NOTHING: Visibility = { patients: [], sharedTypes: [], withoutLabels: [], onlyTypes: [] };
/** Versions of the rules' code; the policy's own version stands beside it. */
const RULES_VERSION = '1';

export function decide(request: AccessRequest, facts: Facts): Decision {
  const explanation: Decision['explanation'][number][] = [];
  const ruleVersions = { rules: RULES_VERSION, [`policy:${facts.policy.id}`]: facts.policy.version };
  const deny = (rule: string, refusal: CodedError): Decision => ({
    effect: 'deny',
    visibility: NOTHING,
    basis: { code: refusal.code, words: refusal.message },
    rule,
    refusal,
    obligations: ['log-before-release'],
    ruleVersions,
    explanation,
  });

  let draft: Draft = emptyDraft;
  for (const [name, rule] of RULES) {
    let verdict: ReturnType<Rule>;
    try {
      verdict = rule(request, facts, draft);
    } catch {
      verdict = { outcome: 'denies', words: 'The rule could not be evaluated.', code: 'access.no-basis' };
    }
    explanation.push({ rule: name, outcome: verdict.outcome, words: verdict.words });
    if (verdict.outcome === 'denies') {
      return deny(name, codedError(accessErrors, verdict.code, { message: verdict.words, data: { rule: name } }));
    }
    if (verdict.outcome !== 'passes') draft = verdict.draft;
  }
  const { permit } = draft;
  if (!permit) return deny('default', codedError(accessErrors, 'access.no-basis'));
  return {
    effect: 'permit',
    visibility: {
      patients: permit.patients,
      sharedTypes: facts.policy.sharedTypes,
      withoutLabels: draft.withoutLabels,
      ...(draft.onlyTypes === undefined ? {} : { onlyTypes: draft.onlyTypes }),
    },
    basis: permit.basis,
    rule: permit.rule,
    ...(permit.grantId === undefined ? {} : { grantId: permit.grantId }),
    ...(draft.exception === undefined ? {} : { exception: draft.exception }),
    obligations: ['log-before-release', ...draft.obligations],
    ruleVersions,
    explanation,
  };
}

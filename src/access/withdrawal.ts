/**
 * Taking readable copies away. No rule decides about it: whoever is told by the custodian that a share no longer covers a record obeys,
 * also when the share has ended, the ledger is behind or a policy has changed. It lets nobody see anything, and is logged like an access.
 */
import type { Decision } from './decision.ts';

export const withdrawal = (grantId: string): Decision => ({
  effect: 'permit',
  visibility: { patients: [], sharedTypes: [], withoutLabels: [], onlyTypes: [] },
  basis: { code: 'not-covered', words: 'What the patient shares with them does not cover it any more' },
  rule: 'withdrawal',
  grantId,
  obligations: ['log-at-both-ends'],
  ruleVersions: {},
  explanation: [{ rule: 'withdrawal', outcome: 'permits', words: 'A custodian withdraws what a share no longer covers.' }],
});

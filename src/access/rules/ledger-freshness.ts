import { purposes } from '../principal.ts';
import { denies, isAcross, limits, passes, type Rule } from './draft.ts';

/** A revocation that is not seen can't be honoured: across organisations the ledger must be current. Treatment goes on for a while, flagged. */
export const ledgerFreshness: Rule = (request, facts, draft) => {
  if (!isAcross(request, facts)) return passes('Not needed within one organisation.');
  const { normal, treatment } = facts.policy.ledgerAge;
  if (facts.ledgerAge <= normal) return passes('The ledger is current.');
  const purpose = purposes[request.purpose ?? facts.principal.purpose];
  if (purpose.code === 'TREAT' && facts.ledgerAge <= treatment) {
    return limits(
      { ...draft, exception: 'ledger-behind', obligations: [...draft.obligations, 'review'] },
      'The ledger is behind; treatment goes on, flagged.',
    );
  }
  return denies('access.ledger-stale', 'The ledger is not current here, so it cannot be checked whether the share still holds.');
};

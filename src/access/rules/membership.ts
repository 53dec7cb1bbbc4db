import { denies, isAcross, passes, type Rule } from './draft.ts';

/** Across organisations both must be active members. A suspended organisation still treats its own patients. */
export const membership: Rule = (request, facts) => {
  if (!isAcross(request, facts)) return passes('Within one organisation.');
  if (facts.requester !== 'active') return denies('access.membership', 'The requesting organisation is not an active member of the network.');
  if (facts.custodian !== 'active')
    return denies('access.membership', 'The organisation that holds the record is not an active member of the network.');
  return passes('Both organisations are active members.');
};

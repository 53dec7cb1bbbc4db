import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import { mayGovern } from './govern.ts';
import type { Suspend } from './operations.ts';
import { readMember, writeMember } from './state.ts';

/** Nobody suspends itself: that would let the last regulator leave the network without one by mistake. */
export const suspendRule: Rule<Suspend> = ({ org }, { sender, state, height }) => {
  if (!mayGovern(sender)) return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'Only a regulator or the authority suspends members.' });
  if (sender.kind === 'member' && sender.org === org)
    return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'A member can’t suspend itself.' });
  const member = readMember(state, org);
  if (!member) return codedError(ledgerErrors, 'ledger.unknown-member');
  writeMember(state, { ...member, status: 'suspended', changedHeight: height });
  return undefined;
};

import { countOut } from '../ballots/state.ts';
import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import { mayGovern } from '../policy/may-govern.ts';
import { needsDecision } from '../policy/refused.ts';
import { endValidator } from '../validators/change.ts';
import { noteEvent } from './history.ts';
import type { Suspend } from './operations.ts';
import { refusedLastMember, wrongStatus } from './refusals.ts';
import { readMember, writeMember } from './state.ts';

/**
 * From the next transaction on the member's are refused; its votes stop counting and its validator has no power any more. Nobody suspends
 * itself alone: a regulator could leave the network without one by mistake.
 */
export const suspendRule: Rule<Suspend> = ({ org }, { sender, state, ...block }) => {
  if (!mayGovern(sender, state)) return needsDecision();
  if (sender.kind === 'member' && sender.org === org)
    return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'A member can’t suspend itself.' });
  const member = readMember(state, org);
  if (!member) return codedError(ledgerErrors, 'ledger.unknown-member');
  if (member.status !== 'active') return wrongStatus(member);
  const refused = refusedLastMember(state, member) ?? endValidator(state, org, block.height);
  if (refused) return refused;
  writeMember(state, { ...member, status: 'suspended', changedHeight: block.height });
  countOut(state, org);
  noteEvent(state, member, 'suspended', block);
  return undefined;
};

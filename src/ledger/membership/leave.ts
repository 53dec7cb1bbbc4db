import { codedError } from '../../base/errors.ts';
import { countOut } from '../ballots/state.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import { endValidator } from '../validators/change.ts';
import { noteEvent } from './history.ts';
import type { Leave } from './operations.ts';
import { refusedLastMember } from './refusals.ts';
import { endSigner, readMember, writeMember } from './state.ts';

/** By the member itself only, for good: its key signs no more, and its id stays taken, for its history is under it. */
export const leaveRule: Rule<Leave> = ({ org }, { sender, state, ...block }) => {
  if (sender.kind !== 'member' || sender.org !== org)
    return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'A member leaves by itself only.' });
  const member = readMember(state, org)!;
  const refused = refusedLastMember(state, member) ?? endValidator(state, org, block.height);
  if (refused) return refused;
  writeMember(state, { ...member, status: 'left', changedHeight: block.height });
  endSigner(state, member.signingKey, block.height);
  countOut(state, org);
  noteEvent(state, member, 'left', block);
  return undefined;
};

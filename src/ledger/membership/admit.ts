import { codedError } from '../../base/errors.ts';
import type { CodedError } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import type { BlockContext, Rule, StateDraft } from '../module/rule.ts';
import { mayGovern } from '../policy/may-govern.ts';
import { needsDecision } from '../policy/refused.ts';
import type { ValuesOf } from '../schema/fields.ts';
import { noteEvent } from './history.ts';
import type { Admit, memberFields } from './operations.ts';
import { addToMemberList, isKnownSigner, readMember, startSigner, writeMember } from './state.ts';

/** By decision of the members, or by whoever the policy lets act alone. */
export const admitRule: Rule<Admit> = ({ op: _op, ...member }, { sender, state, ...block }) =>
  mayGovern(sender, state) ? admitMember(state, member, block) : needsDecision();

/** A new id and a signing key that nobody has or had. `ledger.member-exists`, `ledger.key-in-use`. */
export function admitMember(state: StateDraft, member: ValuesOf<typeof memberFields>, block: BlockContext): CodedError | undefined {
  if (readMember(state, member.org)) return codedError(ledgerErrors, 'ledger.member-exists');
  if (isKnownSigner(state, member.signingKey)) return codedError(ledgerErrors, 'ledger.key-in-use');
  const { height } = block;
  writeMember(state, { ...member, status: 'active', admittedHeight: height, changedHeight: height });
  addToMemberList(state, member.org);
  startSigner(state, member.signingKey, member.org, height);
  noteEvent(state, member, 'admitted', block);
  return undefined;
}

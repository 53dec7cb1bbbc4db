import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import { mayGovern } from './govern.ts';
import type { Admit } from './operations.ts';
import { addToMemberList, isKnownSigner, readMember, startSigner, writeMember } from './state.ts';

/** A new id and a signing key that nobody has or had, admitted by whoever governs. */
export const admitRule: Rule<Admit> = ({ op: _op, ...member }, { sender, state, height }) => {
  if (!mayGovern(sender)) return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'Only a regulator or the authority admits members.' });
  if (readMember(state, member.org)) return codedError(ledgerErrors, 'ledger.member-exists');
  if (isKnownSigner(state, member.signingKey)) return codedError(ledgerErrors, 'ledger.key-in-use');
  writeMember(state, { ...member, status: 'active', admittedHeight: height, changedHeight: height });
  addToMemberList(state, member.org);
  startSigner(state, member.signingKey, member.org, height);
  return undefined;
};

import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import { mayGovern } from './govern.ts';
import type { RotateKeys } from './operations.ts';
import { endSigner, isKnownSigner, readMember, startSigner, writeMember } from './state.ts';

/** A member rotates its own keys; whoever governs can do it for one that lost them. A replaced signing key never signs again. */
export const rotateKeysRule: Rule<RotateKeys> = ({ org, signingKey, hpkeKey, tlsKey }, { sender, state, height }) => {
  const isOwn = sender.kind === 'member' && sender.org === org;
  if (!isOwn && !mayGovern(sender))
    return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'A member’s keys are replaced by itself, a regulator or the authority.' });
  const member = readMember(state, org);
  if (!member) return codedError(ledgerErrors, 'ledger.unknown-member');
  if (!equalBytes(member.signingKey, signingKey)) {
    if (isKnownSigner(state, signingKey)) return codedError(ledgerErrors, 'ledger.key-in-use');
    endSigner(state, member.signingKey, height);
    startSigner(state, signingKey, org, height);
  }
  writeMember(state, { ...member, signingKey, hpkeKey, tlsKey, changedHeight: height });
  return undefined;
};

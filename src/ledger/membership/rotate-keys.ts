import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import { mayGovern } from '../policy/may-govern.ts';
import { noteEvent } from './history.ts';
import type { RotateKeys } from './operations.ts';
import { wrongStatus } from './refusals.ts';
import { endSigner, isKnownSigner, readMember, startSigner, writeMember } from './state.ts';

/** A member rotates its own keys; the members decide it for one that lost them. A replaced signing key never signs again. */
export const rotateKeysRule: Rule<RotateKeys> = ({ org, signingKey, hpkeKey, tlsKey }, { sender, state, ...block }) => {
  const isOwn = sender.kind === 'member' && sender.org === org;
  if (!isOwn && !mayGovern(sender, state))
    return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'A member’s keys are replaced by itself, or by decision of the members.' });
  const member = readMember(state, org);
  if (!member) return codedError(ledgerErrors, 'ledger.unknown-member');
  if (member.status === 'left') return wrongStatus(member);
  const { height } = block;
  if (!equalBytes(member.signingKey, signingKey)) {
    if (isKnownSigner(state, signingKey)) return codedError(ledgerErrors, 'ledger.key-in-use');
    endSigner(state, member.signingKey, height);
    startSigner(state, signingKey, org, height);
  }
  const changed = { ...member, signingKey, hpkeKey, tlsKey, changedHeight: height };
  writeMember(state, changed);
  noteEvent(state, changed, 'keys-rotated', block);
  return undefined;
};

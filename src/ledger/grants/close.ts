import { ed25519Sign, ed25519Verify } from '#ed25519';
import { concat, utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import type { Close } from './operations.ts';
import { readGrant, writeGrant } from './state.ts';

const CLOSE_DOMAIN = utf8('careledger/grant-close/1');

/** What the control key signs to close a grant. */
export const closeInput = (chainId: string, id: Uint8Array): Uint8Array => concat(CLOSE_DOMAIN, utf8(chainId), id);

/** The operation that closes a grant; `controlSeed` is the 32-byte seed of its control key. */
export const signClose = (chainId: string, id: Uint8Array, controlSeed: Uint8Array): Close => ({
  op: 'grants.close',
  id,
  signature: ed25519Sign(controlSeed, closeInput(chainId, id)),
});

/** Whoever has the control key closes the grant, once; any member may carry the operation, so the sender says nothing about the parties. */
export const closeRule: Rule<Close> = ({ id, signature }, { sender, state, chainId, height, time }) => {
  if (sender.kind !== 'member') return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'Grants are closed through members.' });
  const grant = readGrant(state, id);
  if (!grant) return codedError(ledgerErrors, 'ledger.unknown-grant');
  if (grant.closedHeight !== 0) return codedError(ledgerErrors, 'ledger.grant-closed');
  if (!ed25519Verify(grant.controlKey, closeInput(chainId, id), signature))
    return codedError(ledgerErrors, 'ledger.bad-signature', { message: 'The grant’s control key did not sign its closing.' });
  writeGrant(state, id, { ...grant, closedHeight: height, closedTime: time });
  return undefined;
};

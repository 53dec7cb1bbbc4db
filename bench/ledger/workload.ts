/** What the measurements send: transactions of one organisation, signed beforehand with a key that is imported once. */
import { createPrivateKey, randomFillSync, sign } from 'node:crypto';
import { ed25519PublicKey } from '#ed25519';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { votingPolicy } from '../../src/ledger/policy/policy.ts';
import { signTransactionWith } from '../../src/ledger/transaction/sign.ts';

export const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
export const CHAIN_ID = 'bench';
export const nodeSeed = seed(4);
const memberSeed = seed(1);
const memberKey = ed25519PublicKey(memberSeed);
const controlKey = ed25519PublicKey(seed(5));

/** Seconds that a measurement under load takes. */
export const SECONDS = Number(process.env['CARELEDGER_BENCH_SECONDS'] ?? 10);

export const genesis: Genesis = {
  chainId: CHAIN_ID,
  time: Date.now(),
  engine: 'embedded',
  authority: new Uint8Array(0),
  proposer: ed25519PublicKey(nodeSeed),
  members: [{ org: 'one', name: 'One', kind: 'hospital', signingKey: memberKey, hpkeKey: seed(9), tlsKey: seed(8) }],
  validators: [],
  policy: votingPolicy,
  previous: null,
};

// PKCS #8 of an Ed25519 seed (RFC 8410 §7).
const key = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), memberSeed]),
  format: 'der',
  type: 'pkcs8',
});

const random = (length: number): Uint8Array => randomFillSync(new Uint8Array(length));

/** A new key of the state each time. */
const openGrant = (): Operation => ({ op: 'grants.open', id: random(32), commitment: random(32), controlKey, expiryDay: 40_000 });

/** `head`: the ledger's height now. */
export function signedTransactions(count: number, operationsEach: number, head: number): Uint8Array[] {
  return Array.from({ length: count }, () =>
    signTransactionWith(
      { chainId: CHAIN_ID, expiryHeight: head + 9_000, salt: random(8), operations: Array.from({ length: operationsEach }, openGrant) },
      memberKey,
      (message) => sign(null, message, key),
    ),
  );
}

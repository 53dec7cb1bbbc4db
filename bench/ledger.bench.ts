/** The embedded ledger: individually signed transactions, and operations in signed batches; durable when counted. Signing is not measured. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { unwrap } from '../src/base/result.ts';
import { createGenesis } from '../src/engine/embedded/create-genesis.ts';
import { openEmbeddedLedger } from '../src/engine/embedded/open.ts';
import type { Operation } from '../src/ledger/operations.ts';
import { votingPolicy } from '../src/ledger/policy/policy.ts';
import { signTransaction } from '../src/ledger/transaction/sign.ts';
import { authorityPublicKey } from '../src/network/certificates.ts';
import { temporaryDirectory } from '../test/support/sandbox.ts';
import { printFigure, quantile } from './figure.ts';

const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const directory = path.join(temporaryDirectory(), 'ledger');
const chainId = 'bench';
const member = {
  org: 'one',
  name: 'One',
  kind: 'hospital',
  signingKey: ed25519PublicKey(seed(1)),
  hpkeKey: seed(9),
  tlsKey: authorityPublicKey(seed(2)),
} as const;
unwrap(
  await createGenesis(
    directory,
    {
      chainId,
      time: Date.now(),
      engine: 'embedded',
      authority: new Uint8Array(0),
      proposer: ed25519PublicKey(seed(4)),
      members: [member],
      validators: [],
      policy: votingPolicy,
      previous: null,
    },
    seed(4),
  ),
);
const ledger = unwrap(await openEmbeddedLedger({ directory, nodeSeed: seed(4) }));

const controlKey = ed25519PublicKey(seed(5));
const open = (): Operation => ({
  op: 'grants.open',
  id: new Uint8Array(randomBytes(32)),
  commitment: new Uint8Array(randomBytes(32)),
  controlKey,
  expiryDay: 40_000,
});

async function measure(name: string, transactions: number, operationsEach: number, waiting: number): Promise<void> {
  const signed = Array.from({ length: transactions }, () =>
    signTransaction(
      {
        chainId,
        expiryHeight: ledger.head().height + 900,
        salt: new Uint8Array(randomBytes(8)),
        operations: Array.from({ length: operationsEach }, open),
      },
      seed(1),
    ),
  );
  const latencies: number[] = [];
  let next = 0;
  const from = performance.now();
  await Promise.all(
    Array.from({ length: waiting }, async () => {
      while (next < signed.length) {
        const transaction = signed[next++]!;
        const at = performance.now();
        unwrap(await ledger.submit(transaction));
        latencies.push(performance.now() - at);
      }
    }),
  );
  const seconds = (performance.now() - from) / 1000;
  printFigure({ name, unit: operationsEach === 1 ? 'transactions/s' : 'operations/s', ours: (transactions * operationsEach) / seconds });
  printFigure({ name: `${name}: latency p50`, unit: 'ms', ours: quantile(latencies, 0.5) });
}

try {
  await measure('warm-up', 1000, 1, 200);
  await measure('embedded ledger, individually signed transactions, 500 waiting', 10_000, 1, 500);
  await measure('embedded ledger, operations in signed batches of 100, 20 waiting', 500, 100, 20);
  await measure('embedded ledger, one transaction at a time', 200, 1, 1);
} finally {
  await ledger.close();
  rmSync(path.dirname(directory), { recursive: true, force: true });
}

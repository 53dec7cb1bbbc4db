/**
 * How many transactions a second the embedded engine commits, durably: individually signed ones, and operations in signed batches.
 *   npm run bench -- ledger [--transactions 20000] [--operations 200000] [--batch 1000]
 * Ends each measurement with one line of JSON.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ed25519PublicKey } from '#ed25519';
import { unwrap } from '../src/base/result.ts';
import { createGenesis } from '../src/engine/embedded/create-genesis.ts';
import { openEmbeddedLedger } from '../src/engine/embedded/open.ts';
import type { Operation } from '../src/ledger/operations.ts';
import { signTransaction } from '../src/ledger/transaction/sign.ts';
import { printFigure, quantile } from './figure.ts';

const { values } = parseArgs({ options: { transactions: { type: 'string', default: '20000' }, operations: { type: 'string', default: '200000' }, batch: { type: 'string', default: '1000' } } });
const chainId = 'bench';
const seed = random(32);
const expiryDay = Math.floor(Date.now() / 86_400_000) + 30;

await measure('ledger, individually signed transactions', 'tx/s', Number(values.transactions), 1);
await measure(`ledger, operations in signed batches of ${values.batch}`, 'op/s', Number(values.operations), Number(values.batch));

async function measure(name: string, unit: string, operations: number, perTransaction: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'careledger-bench-'));
  try {
    const nodeSeed = random(32);
    const key = ed25519PublicKey(seed);
    const member = { org: 'bench', name: 'Bench', kind: 'hospital', signingKey: key, hpkeKey: key, tlsKey: key } as const;
    unwrap(await createGenesis(directory, { chainId, time: Date.now(), authority: key, proposer: ed25519PublicKey(nodeSeed), members: [member] }, nodeSeed));
    const ledger = unwrap(await openEmbeddedLedger({ directory, nodeSeed }));
    const transactions = Array.from({ length: Math.ceil(operations / perTransaction) }, () =>
      signTransaction({ chainId, expiryHeight: 9_000, salt: random(8), operations: Array.from({ length: perTransaction }, operation) }, seed),
    );
    const latencies: number[] = [];
    const started = performance.now();
    // As many clients as keep blocks full; each waits for its transaction to be durable before it sends the next.
    let next = 0;
    await Promise.all(
      Array.from({ length: perTransaction === 1 ? 2_000 : 16 }, async () => {
        while (next < transactions.length) {
          const sent = performance.now();
          unwrap(await ledger.submit(transactions[next++]!));
          latencies.push(performance.now() - sent);
        }
      }),
    );
    const seconds = (performance.now() - started) / 1_000;
    const { height } = ledger.head();
    await ledger.close();
    console.log(`${name}: ${operations} in ${seconds.toFixed(2)} s, ${height} blocks, latency p50 ${quantile(latencies, 0.5).toFixed(1)} ms`);
    printFigure({ name, unit, ours: operations / seconds });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function operation(): Operation {
  return { op: 'grants.open', id: random(32), commitment: random(32), controlKey: random(32), expiryDay };
}

function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}

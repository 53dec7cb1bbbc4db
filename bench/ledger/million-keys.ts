/**
 * A state of a million keys: how long it takes to prove that something is not in it, to start again with it, and to join a network that has it
 * from a snapshot. CARELEDGER_BENCH_KEYS for another number.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { openLedgerDisk } from '../../src/engine/disk/open.ts';
import { receiveSnapshot } from '../../src/engine/disk/snapshots/receive-snapshot.ts';
import { printFigure, quantile } from '../figure.ts';
import { benchLedger, openBenchLedger, submitAll } from './embedded-ledger.ts';
import { genesis, signedTransactions } from './workload.ts';

const KEYS = Number(process.env['CARELEDGER_BENCH_KEYS'] ?? 1_000_000);
const BATCH = 1_000;
const ROUND = 40;
const keys = `${KEYS / 1_000_000} M keys`;

/** Seconds that some work takes. */
async function timed<T>(work: () => Promise<T>): Promise<{ readonly seconds: number; readonly value: T }> {
  const from = performance.now();
  const value = await work();
  return { seconds: (performance.now() - from) / 1_000, value };
}

/** What the system has read of the files is forgotten, where we may say so. */
function dropCaches(): boolean {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}

const bench = await benchLedger();
try {
  let building = 0;
  for (let made = 0; made < KEYS; made += BATCH * ROUND) {
    const batches = signedTransactions(Math.min(ROUND, (KEYS - made) / BATCH), BATCH, bench.ledger.head().height);
    building += (await submitAll(bench.ledger, batches, 8)).seconds;
  }
  printFigure({ name: `building a state of ${keys}`, unit: 'operations/s', ours: KEYS / building });

  const latencies: number[] = [];
  for (let i = 0; i < 3_000; i++) {
    const key = utf8(`grants/${randomBytes(32).toString('hex')}`);
    const { seconds, value } = await timed(() => bench.ledger.prove(key));
    if (value.value !== undefined) throw new Error('a random key is there');
    latencies.push(seconds * 1_000);
  }
  printFigure({ name: `absence proof at ${keys}, p50`, unit: 'ms', ours: quantile(latencies, 0.5) });
  printFigure({ name: `absence proof at ${keys}, p99`, unit: 'ms', ours: quantile(latencies, 0.99) });

  await bench.ledger.close();
  const cold = dropCaches();
  const restart = await timed(() => openBenchLedger(bench.directory));
  bench.ledger = restart.value;
  printFigure({ name: `restart with ${keys}, ${cold ? 'files not in memory' : 'files may be in memory'}`, unit: 's', ours: restart.seconds });
  await bench.ledger.close();

  const disk = unwrap(await openLedgerDisk({ directory: bench.directory }));
  const taken = await timed(async () => unwrap(await disk.takeSnapshot()));
  printFigure({ name: `making a snapshot of ${keys}`, unit: 's', ours: taken.seconds });
  const joined = join(bench.directory, '../joined');
  const joining = await timed(async () => {
    const receiver = unwrap(await receiveSnapshot({ directory: joined, genesis, manifest: taken.value.manifest }));
    for (const index of receiver.missing()) unwrap(await receiver.add(index, (await disk.snapshotChunk(taken.value.height, index))!));
    unwrap(await receiver.finish());
    return unwrap(await openLedgerDisk({ directory: joined }));
  });
  const same = Buffer.compare(joining.value.head().stateRoot, disk.head().stateRoot) === 0;
  await joining.value.close();
  await disk.close();
  if (!same) throw new Error('who joined has another state');
  printFigure({
    name: `joining by a snapshot of ${keys} (${taken.value.chunks} chunks), verified, to the opened ledger`,
    unit: 's',
    ours: joining.seconds,
  });
  bench.ledger = await openBenchLedger(bench.directory);
} finally {
  await bench.remove();
}

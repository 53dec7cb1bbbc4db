/**
 * Four validators on this machine, against CometBFT's own key-value store: same engine, same settings, same load generator, same run. Under two
 * loads (`load-generator.ts`): a stream of transactions that nobody waits for, and clients that each send one and wait until it is taken.
 */
import { randomBytes } from 'node:crypto';
import { printFigure, quantile } from '../figure.ts';
import { commitUnderLoad, finality, type Committed, type Load } from './consensus-load.ts';
import { startNetwork, VALIDATORS, watchMemory, type Application, type PeakMemory } from './consensus-network.ts';
import { SECONDS, signedTransactions } from './workload.ts';

const BATCHES = [100, 500];
/** Blocks of batches come every two seconds: fewer of them say little. */
const BATCH_SECONDS = Math.max(SECONDS, 25);
const OPERATIONS_LIMIT = 20_000;
const RATE_LIMIT = 8_000;
const WAITING = 2_000;
/** A block of them. */
const OPERATIONS_WAITING = 16_000;
const PEER = `CometBFT's kvstore, ${VALIDATORS} validators`;

/** What the store takes, as long as our transactions are. */
const pairs = (count: number, length: number): Uint8Array[] =>
  Array.from({ length: count }, () =>
    Buffer.from(`${randomBytes(16).toString('hex')}=${randomBytes(Math.ceil(length / 2)).toString('hex')}`).subarray(0, length),
  );

interface Measured {
  readonly committed: Committed;
  readonly latencies: readonly number[];
  readonly memory: PeakMemory;
}

async function measure(
  application: Application,
  load: Load,
  transactions: readonly Uint8Array[],
  waiting: number,
  single: readonly Uint8Array[],
  seconds = SECONDS,
): Promise<Measured> {
  const network = await startNetwork(application);
  const memory = watchMemory(network.applications);
  try {
    const latencies = await finality(network, single);
    const committed = await commitUnderLoad(network, load, transactions, waiting, seconds);
    return { committed, latencies, memory: memory.stop() };
  } finally {
    memory.stop();
    await network.close();
  }
}

function printMemory(where: string, { own, files, together }: PeakMemory): void {
  const name = `${where}: memory of one application process, most`;
  printFigure({ name, unit: 'MB', ours: together });
  printFigure({ name: `${name}, its own`, unit: 'MB', ours: own });
  printFigure({ name: `${name}, pages of files`, unit: 'MB', ours: files });
}

const count = Math.ceil(RATE_LIMIT * (SECONDS + 5));
const signed = signedTransactions(count, 1, 0);
const unsigned = pairs(count, signed[0]!.length);
const figure = { peerName: PEER };
const loads: Readonly<Record<Load, string>> = { stream: 'sent as a stream', clients: 'by clients that wait for each to be taken' };

for (const [load, how] of Object.entries(loads) as [Load, string][]) {
  const peer = await measure('kvstore', load, unsigned, WAITING, pairs(25, signed[0]!.length));
  const ours = await measure('careledger', load, signed, WAITING, signedTransactions(25, 1, 0));
  const where = `${VALIDATORS} validators, individually signed, ${how}, for ${SECONDS} s`;
  printFigure({ name: `${where}: committed`, unit: 'transactions/s', ours: ours.committed.perSecond, peer: peer.committed.perSecond, ...figure });
  printFigure({
    name: `${where}: CPU of the engines for each`,
    unit: 'ms',
    ours: ours.committed.engineCpuMs,
    peer: peer.committed.engineCpuMs,
    ...figure,
  });
  printFigure({ name: `${where}: CPU of the applications for each`, unit: 'ms', ours: ours.committed.applicationCpuMs });
  printMemory(where, ours.memory);
  if (load === 'stream')
    printFigure({
      name: `${VALIDATORS} validators, one transaction at a time: finality p50`,
      unit: 'ms',
      ours: quantile(ours.latencies, 0.5),
      peer: quantile(peer.latencies, 0.5),
      ...figure,
    });
}

for (const operations of BATCHES) {
  const transactions = signedTransactions((OPERATIONS_LIMIT * (BATCH_SECONDS + 5)) / operations, operations, 0);
  const batches = await measure('careledger', 'stream', transactions, OPERATIONS_WAITING / operations, [], BATCH_SECONDS);
  const inBatches = `${VALIDATORS} validators, operations in signed batches of ${operations}, for ${BATCH_SECONDS} s`;
  printFigure({ name: `${inBatches}: committed`, unit: 'operations/s', ours: batches.committed.perSecond * operations });
  printMemory(inBatches, batches.memory);
}

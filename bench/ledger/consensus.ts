/** Four validators on this machine, against CometBFT's own key-value store: same engine, same settings, same load generator, same run. */
import { randomBytes } from 'node:crypto';
import { printFigure, quantile } from '../figure.ts';
import { commitUnderLoad, finality, type Committed } from './consensus-load.ts';
import { peakMemory, startNetwork, VALIDATORS, type Application } from './consensus-network.ts';
import { SECONDS, signedTransactions } from './workload.ts';

const BATCH = 100;
const RATE_LIMIT = 8_000;
const WAITING = 2_000;
/** A block of operations. */
const BATCHES_WAITING = 150;
const PEER = `CometBFT's kvstore, ${VALIDATORS} validators`;

/** What the store takes, as long as our transactions are. */
const pairs = (count: number, length: number): Uint8Array[] =>
  Array.from({ length: count }, () =>
    Buffer.from(`${randomBytes(16).toString('hex')}=${randomBytes(Math.ceil(length / 2)).toString('hex')}`).subarray(0, length),
  );

interface Measured {
  readonly load: Committed;
  readonly latencies: readonly number[];
  readonly memory: readonly number[];
}

async function measure(
  application: Application,
  transactions: readonly Uint8Array[],
  waiting: number,
  single: readonly Uint8Array[],
): Promise<Measured> {
  const network = await startNetwork(application);
  try {
    const latencies = await finality(network, single);
    const load = await commitUnderLoad(network, transactions, waiting, SECONDS);
    return { load, latencies, memory: network.applications.map(peakMemory) };
  } finally {
    await network.close();
  }
}

const count = Math.ceil(RATE_LIMIT * (SECONDS + 5));
const signed = signedTransactions(count, 1, 0);
const peer = await measure('kvstore', pairs(count, signed[0]!.length), WAITING, pairs(25, signed[0]!.length));
const ours = await measure('careledger', signed, WAITING, signedTransactions(25, 1, 0));
const where = `${VALIDATORS} validators, individually signed, for ${SECONDS} s`;
const figure = { peerName: PEER };
printFigure({ name: `${where}: committed`, unit: 'transactions/s', ours: ours.load.perSecond, peer: peer.load.perSecond, ...figure });
printFigure({ name: `${where}: CPU of the engines for each`, unit: 'ms', ours: ours.load.engineCpuMs, peer: peer.load.engineCpuMs, ...figure });
printFigure({ name: `${where}: CPU of the applications for each`, unit: 'ms', ours: ours.load.applicationCpuMs });
printFigure({ name: `${where}: memory of one application process, most`, unit: 'MB', ours: Math.max(...ours.memory) });
printFigure({
  name: `${VALIDATORS} validators, one transaction at a time: finality p50`,
  unit: 'ms',
  ours: quantile(ours.latencies, 0.5),
  peer: quantile(peer.latencies, 0.5),
  ...figure,
});

const batches = await measure('careledger', signedTransactions(200 * (SECONDS + 5), BATCH, 0), BATCHES_WAITING, []);
const inBatches = `${VALIDATORS} validators, operations in signed batches of ${BATCH}, for ${SECONDS} s`;
printFigure({ name: `${inBatches}: committed`, unit: 'operations/s', ours: batches.load.perSecond * BATCH });
printFigure({ name: `${inBatches}: memory of one application process, most`, unit: 'MB', ours: Math.max(...batches.memory) });

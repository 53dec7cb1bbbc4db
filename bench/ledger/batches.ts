/** Operations in signed batches on the embedded ledger: one signature for many operations, each of which keeps its own proof. */
import { printFigure, quantile } from '../figure.ts';
import { benchLedger, submitAll } from './embedded-ledger.ts';
import { SECONDS, signedTransactions } from './workload.ts';

/** One full block's worth: the more a block holds, the more of the state tree's hashes its operations share. */
const OPERATIONS_WAITING = 16_000;

const bench = await benchLedger();
const { ledger } = bench;

try {
  for (const operations of [100, 1_000]) {
    const waiting = OPERATIONS_WAITING / operations;
    const sign = (count: number): Uint8Array[] => signedTransactions(count, operations, ledger.head().height);
    await submitAll(ledger, sign(2_000 / operations), waiting);
    const calibration = 20_000 / operations;
    const { seconds: warm } = await submitAll(ledger, sign(calibration), waiting);
    const batches = sign(Math.ceil((SECONDS * calibration) / warm));
    const load = await submitAll(ledger, batches, waiting);
    const name = `embedded ledger, operations in signed batches of ${operations}, for ${load.seconds.toFixed(0)} s`;
    printFigure({ name, unit: 'operations/s', ours: (batches.length * operations) / load.seconds });
    printFigure({ name: `${name}: CPU for each, load included`, unit: 'ms', ours: (1_000 * load.cpuSeconds) / (batches.length * operations) });
    printFigure({ name: `${name}: latency p50`, unit: 'ms', ours: quantile(load.latencies, 0.5) });
  }
} finally {
  await bench.remove();
}

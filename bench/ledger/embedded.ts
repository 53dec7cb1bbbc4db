/** The embedded ledger under load: every transaction durable when it is counted. Signing is done before and not measured. */
import { printFigure, quantile } from '../figure.ts';
import { benchLedger, submitAll } from './embedded-ledger.ts';
import { SECONDS, signedTransactions } from './workload.ts';

/** One receipt is fetched for so many transactions. */
const SAMPLE = 50;

const bench = await benchLedger();
const { ledger } = bench;
const sign = (count: number, operationsEach: number): Uint8Array[] => signedTransactions(count, operationsEach, ledger.head().height);

try {
  const calibration = sign(5_000, 1);
  await submitAll(ledger, calibration.slice(0, 2_000), 500);
  const { seconds: warm } = await submitAll(ledger, calibration.slice(2_000), 500);
  const singles = sign(Math.ceil((1.1 * SECONDS * 3_000) / warm), 1);
  const receipts: Promise<Uint8Array>[] = [];
  const single = await submitAll(ledger, singles, 500, (logIndex) => {
    if (logIndex % SAMPLE === 0) receipts.push(ledger.receipt(logIndex));
  });
  const bytes = (await Promise.all(receipts)).map(({ length }) => length);
  const name = `embedded ledger, individually signed, 500 waiting, receipts of every ${SAMPLE}th, for ${single.seconds.toFixed(0)} s`;
  printFigure({ name, unit: 'transactions/s', ours: singles.length / single.seconds });
  printFigure({ name: `${name}: CPU for each, load included`, unit: 'ms', ours: (1_000 * single.cpuSeconds) / singles.length });
  printFigure({ name: `${name}: latency p50`, unit: 'ms', ours: quantile(single.latencies, 0.5) });
  printFigure({ name: `${name}: latency p99`, unit: 'ms', ours: quantile(single.latencies, 0.99) });
  printFigure({ name: `${name}: receipt, median`, unit: 'bytes', ours: quantile(bytes, 0.5) });
  printFigure({ name: 'memory of the process, load generator and signed transactions included', unit: 'MB', ours: process.memoryUsage.rss() / 1e6 });
} finally {
  await bench.remove();
}

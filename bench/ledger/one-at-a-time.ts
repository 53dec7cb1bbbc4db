/** What one writer waits for: a transaction is sent when the one before is durable. */
import { printFigure, quantile } from '../figure.ts';
import { benchLedger, submitAll } from './embedded-ledger.ts';
import { signedTransactions } from './workload.ts';

const bench = await benchLedger();
try {
  await submitAll(bench.ledger, signedTransactions(200, 1, 0), 1);
  const { seconds, latencies } = await submitAll(bench.ledger, signedTransactions(600, 1, 0), 1);
  printFigure({ name: 'embedded ledger, one transaction at a time', unit: 'transactions/s', ours: latencies.length / seconds });
  printFigure({ name: 'embedded ledger, one transaction at a time: latency p50', unit: 'ms', ours: quantile(latencies, 0.5) });
} finally {
  await bench.remove();
}

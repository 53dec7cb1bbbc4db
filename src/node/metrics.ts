/** Numbers of a node for monitoring: about amounts and health, never about anybody. */
import type { Metric } from '../gateway/node/metrics.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { Records } from '../records/open.ts';
import type { Sharing } from '../sharing/sharing.ts';
import type { SelfCheck } from './self-check.ts';

const gauge = (name: string, help: string, value: number): Metric => ({ name: `careledger_${name}`, help, type: 'gauge', values: [{ value }] });

export async function nodeMetrics(records: Records, sharing: Sharing, check: SelfCheck, ledger: LedgerClient): Promise<readonly Metric[]> {
  const counts = await records.reader.counts('own');
  const last = check.last();
  return [
    {
      name: 'careledger_records',
      help: 'Current records by type.',
      type: 'gauge',
      values: [...counts].map(([type, value]) => ({ labels: { type }, value })),
    },
    gauge('log_entries', 'Entries of the organisation log, padding included.', records.log.size()),
    gauge('anchored_entries', 'Entries under the newest anchor.', records.anchoring?.last()?.size ?? 0),
    gauge('ledger_height', 'Height of the newest block.', ledger.head().height),
    gauge('copies_behind', 'Copies at other organisations that are not up to date yet.', sharing.copiesBehind()),
    gauge(
      'verification_holds',
      'Whether the newest verification found everything as it should be; -1: none yet.',
      last === undefined ? -1 : Number(last.holds),
    ),
    gauge('verification_findings', 'Findings of the newest verification.', last?.findings.length ?? 0),
    gauge('resident_bytes', 'Resident memory of the process.', process.memoryUsage.rss()),
  ];
}

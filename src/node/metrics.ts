/** What a node tells about itself for monitoring: about amounts and health, never about anybody. */
import type { Metric } from '../gateway/node/metrics.ts';
import type { NodeFacts } from '../gateway/operator/status.ts';
import type { Records } from '../records/open.ts';
import type { Sharing } from '../sharing/sharing.ts';
import type { NodeConfig } from './config.ts';
import type { SelfCheck } from './self-check.ts';

const gauge = (name: string, help: string, value: number): Metric => ({ name: `careledger_${name}`, help, type: 'gauge', values: [{ value }] });

/** Of the records; what is about the ledger comes from the operator's status. */
export async function nodeMetrics(records: Records, sharing: Sharing): Promise<readonly Metric[]> {
  const counts = await records.reader.counts('own');
  return [
    {
      name: 'careledger_records',
      help: 'Current records by type.',
      type: 'gauge',
      values: [...counts].map(([type, value]) => ({ labels: { type }, value })),
    },
    gauge('log_entries', 'Entries of the organisation log.', records.log.size()),
    gauge('anchored_entries', 'Entries of the organisation log that are on the ledger.', records.log.anchored()),
    gauge('copies_behind', 'Copies at other organisations that are not up to date yet.', sharing.copiesBehind()),
  ];
}

export interface FactsParts {
  readonly config: NodeConfig;
  readonly records: Records;
  readonly check: SelfCheck;
}

export function nodeFacts({ config, records, check }: FactsParts): NodeFacts {
  const { organisation, version, anchorIntervalMs } = config;
  const last = records.anchoring?.last();
  const verified = check.last();
  // A disputed history has an alarm of its own; what is stored may still be what was written.
  const damage = verified?.findings.filter(({ code }) => code !== 'verify.history-disputed') ?? null;
  return {
    organisation: { id: organisation.id, name: organisation.name },
    version,
    anchoring: {
      intervalMs: anchorIntervalMs,
      last: last ? { height: last.height, time: new Date(last.time).toISOString() } : null,
      problem: records.anchoring?.alarm()?.message ?? null,
    },
    stored: { holds: damage && damage.length === 0, findings: damage?.length ?? 0, finished: verified?.finished ?? null },
  };
}

/** Numbers of a ledger for monitoring. */
import { toHex } from '../base/bytes.ts';
import type { Metric } from '../gateway/node/metrics.ts';
import type { LedgerClient } from '../ledger/client.ts';

const gauge = (name: string, help: string, value: number): Metric => ({ name: `careledger_${name}`, help, type: 'gauge', values: [{ value }] });

export async function ledgerMetrics(ledger: LedgerClient): Promise<readonly Metric[]> {
  const { validators, misbehaviour, peers, mempool, consensus, failure } = await ledger.engine();
  const named = (key: Uint8Array, organisation: string | undefined) => ({ organisation: organisation ?? '', key: toHex(key) });
  return [
    gauge('ledger_height', 'Height of the newest block.', ledger.head().height),
    gauge('ledger_healthy', 'Whether blocks are made, as far as this node knows.', failure ? 0 : 1),
    gauge('ledger_consensus_height', 'Height of the consensus.', consensus?.height ?? 0),
    gauge('ledger_peers', 'Connected nodes.', peers.length),
    gauge('ledger_mempool_transactions', 'Transactions that wait for a block.', mempool.transactions),
    {
      name: 'careledger_ledger_validator_missed_commits',
      help: 'Of the newest commits that were looked at, those without this validator.',
      type: 'gauge',
      values: validators.map(({ key, organisation, missed }) => ({ labels: named(key, organisation), value: missed })),
    },
    {
      name: 'careledger_ledger_misbehaviour',
      help: 'What validators did against the rules, by kind.',
      type: 'gauge',
      values: [...Map.groupBy(misbehaviour, ({ kind, key }) => `${kind} ${toHex(key)}`).values()].map((list) => ({
        labels: { kind: list[0]!.kind, ...named(list[0]!.key, list[0]!.organisation) },
        value: list.length,
      })),
    },
    gauge('resident_bytes', 'Resident memory of the process.', process.memoryUsage.rss()),
  ];
}

/** The operator's status as numbers for Prometheus. Names and units by its conventions: base units, seconds, bytes. */
import type { OperatorStatus } from '../../contract/operator.ts';
import type { Metric } from '../node/metrics.ts';
import { alarmCodes } from './alarms.ts';

type Value = Metric['values'][number];

const gauge = (name: string, help: string, values: number | readonly Value[]): Metric => ({
  name: `careledger_${name}`,
  help,
  type: 'gauge',
  values: typeof values === 'number' ? [{ value: values }] : values,
});

const seconds = (iso: string): number => Date.parse(iso) / 1000;

export function operatorMetrics(status: OperatorStatus): readonly Metric[] {
  const { head, consensus, mempool, validators, peers, disk, retention, processes, witnesses, members, alarms, stored, blocks, software, failure } =
    status;
  const [first] = blocks;
  const last = blocks.at(-1);
  const interval = first && last && first !== last ? (Date.parse(first.time) - Date.parse(last.time)) / 1000 / (blocks.length - 1) : 0;
  const validator = (one: (typeof validators)[number]) => ({ validator: one.key.slice(0, 16), organisation: one.organisation ?? '' });
  const perValidator = (name: string, help: string, of: (one: (typeof validators)[number]) => number): Metric =>
    gauge(
      name,
      help,
      validators.map((one) => ({ labels: validator(one), value: of(one) })),
    );
  return [
    gauge('info', 'Versions in the labels; always 1.', [
      { labels: { version: software.version, runtime: software.runtime, engine: software.engine, engine_version: software.engineVersion }, value: 1 },
    ]),
    gauge('ledger_height', 'Height of the newest block.', head.height),
    gauge('ledger_block_time_seconds', 'Time of the newest block, seconds since 1970.', seconds(head.time)),
    gauge('ledger_block_interval_seconds', 'Mean time between the newest blocks, 60 at most.', interval),
    gauge('ledger_log_entries', 'Transactions accepted since the genesis.', head.logSize),
    gauge('ledger_failed', 'Whether no more blocks can be made here.', Number(failure !== null)),
    gauge('consensus_height', 'Height of the consensus engine; 0: one node decides alone.', consensus?.height ?? 0),
    gauge('consensus_round', 'Round of the consensus at that height.', consensus?.round ?? 0),
    gauge('consensus_commit_time_seconds', 'Time of the newest commit, seconds since 1970.', consensus ? seconds(consensus.lastCommit) : 0),
    gauge('consensus_catching_up', 'Whether this node is fetching blocks that others have.', Number(consensus?.catchingUp ?? false)),
    gauge('mempool_transactions', 'Transactions that wait to be ordered.', mempool.transactions),
    gauge('mempool_bytes', 'Bytes of the transactions that wait.', mempool.bytes),
    gauge('mempool_limit_transactions', 'Transactions that may wait.', mempool.limitTransactions),
    gauge('mempool_limit_bytes', 'Bytes that may wait.', mempool.limitBytes),
    perValidator('validator_power', 'Voting power.', ({ power }) => power),
    perValidator('validator_missed_commits', 'Of the newest commits looked at, those without its signature.', ({ missed }) => missed),
    perValidator('validator_commits_looked_at', 'How many commits were looked at.', ({ commitsLookedAt }) => commitsLookedAt),
    perValidator(
      'validator_last_signed_height',
      'Consensus height of the newest commit with its signature.',
      ({ lastSigned }) => lastSigned?.height ?? 0,
    ),
    gauge('validator_misbehaviour', 'What validators did against the rules that this node knows of, by kind and by whom.', misbehaviourOf(status)),
    gauge('peers', 'Nodes that the engine is connected to.', peers.length),
    gauge(
      'peer_height',
      'Consensus height that a peer says it has.',
      peers.map(({ name, height }) => ({ labels: { peer: name }, value: height ?? 0 })),
    ),
    gauge('disk_free_bytes', 'Free on the file system that holds the ledger.', disk.freeBytes),
    gauge('disk_total_bytes', 'Size of that file system.', disk.totalBytes),
    gauge(
      'disk_used_bytes',
      'What the ledger takes, by part.',
      disk.parts.map(({ name, bytes }) => ({ labels: { part: name }, value: bytes })),
    ),
    gauge('ledger_pruned_height', 'Newest block without transactions here; -1: none.', retention.prunedUpTo ?? -1),
    gauge('ledger_pruning_failed', 'Whether the last attempt to take old transactions away came to nothing.', Number(retention.problem !== null)),
    gauge(
      'process_restarts',
      'Restarts of what this node runs for the ledger.',
      processes.map(({ name, restarts }) => ({ labels: { process: name }, value: restarts })),
    ),
    gauge('checkpoint_entries', 'Entries under the newest checkpoint signed here.', witnesses.checkpoint?.size ?? 0),
    gauge('witnesses', 'Witnesses that are asked for cosignatures.', witnesses.witnesses.length),
    gauge('witness_parties', 'Independent parties that have cosigned this history.', witnesses.parties),
    gauge(
      'witness_cosigned_entries',
      'Entries under the newest checkpoint that a witness has cosigned.',
      witnesses.witnesses.map(({ name, cosigned }) => ({ labels: { witness: name }, value: cosigned?.size ?? 0 })),
    ),
    gauge(
      'witness_cosigned_time_seconds',
      'When it cosigned, seconds since 1970.',
      witnesses.witnesses.map(({ name, cosigned }) => ({ labels: { witness: name }, value: cosigned ? seconds(cosigned.time) : 0 })),
    ),
    gauge('witness_disputes', 'What speaks against this history.', witnesses.disputes.length),
    gauge(
      'member_anchor_height',
      'Height of the newest anchor of a member.',
      members.map(({ id, anchored }) => ({ labels: { member: id }, value: anchored?.height ?? 0 })),
    ),
    gauge(
      'member_anchor_time_seconds',
      'Time of that anchor, seconds since 1970.',
      members.map(({ id, anchored }) => ({ labels: { member: id }, value: anchored ? seconds(anchored.time) : 0 })),
    ),
    gauge(
      'verification_holds',
      'Whether the newest verification found everything as it should be; -1: none yet.',
      stored.holds === null ? -1 : Number(stored.holds),
    ),
    gauge('verification_findings', 'Findings of the newest verification.', stored.findings),
    gauge('resident_bytes', 'Resident memory of the process.', status.residentBytes),
    gauge(
      'alarm',
      'Whether an alarm holds: 1 attention, 2 harm, 0 not.',
      alarmCodes.map((code) => ({ labels: { code }, value: severityOf(alarms, code) })),
    ),
  ];
}

function severityOf(alarms: OperatorStatus['alarms'], code: string): number {
  const alarm = alarms.find((one) => one.code === code);
  return alarm === undefined ? 0 : alarm.severity === 'harm' ? 2 : 1;
}

/** A sum over nothing is no series: without any there is one without labels. */
function misbehaviourOf({ misbehaviour }: OperatorStatus): readonly Value[] {
  if (misbehaviour.length === 0) return [{ value: 0 }];
  const groups = Map.groupBy(misbehaviour, ({ kind, who }) => `${kind} ${who}`);
  return [...groups.values()].map((list) => ({ labels: { kind: list[0]!.kind, who: list[0]!.who }, value: list.length }));
}

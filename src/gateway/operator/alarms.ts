/** What is wrong, as a pure function of what is known: each alarm one rule. Thresholds are here and nowhere else. */
import type { Alarm, AlarmCode, OperatorStatus } from '../../contract/operator.ts';

export type OperatorFacts = Omit<OperatorStatus, 'alarms'>;
export type Finding = Omit<Alarm, 'since'>;

const SECOND_MS = 1000;
/** A round fails when its proposer is away or slow: one is usual, several in a row are not. */
const SLOW_ROUND = 3;
const HALTED_AFTER_MS = 60 * SECOND_MS;
const MISSED_SHARE = 0.5;
const MIN_COMMITS = 10;
/** The commit of a height is known one or two heights later. */
const NEWEST_COMMITS = 3;
const BEHIND_BLOCKS = 10;
const FULL_SHARE = 0.8;
const LOW_DISK_SHARE = 0.1;
const LOW_DISK_BYTES = 2 ** 30;
const LAST_DISK_BYTES = 256 * 2 ** 20;
const MANY_RESTARTS = 3;
const SILENT_WITNESS_MS = 5 * 60 * SECOND_MS;
/** Missed anchors of an organisation before it counts as silent. */
const SILENT_INTERVALS = 24;
const SILENT_AT_LEAST_MS = 2 * 60 * SECOND_MS;

type Rule = (facts: OperatorFacts, now: number) => Omit<Finding, 'code'> | undefined;

const age = (iso: string, now: number): number => now - Date.parse(iso);
const harm = (subjects: readonly string[], details: readonly string[]): Omit<Finding, 'code'> => ({ severity: 'harm', subjects, details });
const attention = (subjects: readonly string[], details: readonly string[]): Omit<Finding, 'code'> => ({ severity: 'attention', subjects, details });
const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
const megabytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20).toLocaleString('en')} MB`;
const nameOf = ({ organisation, key }: OperatorFacts['validators'][number]): string => organisation ?? `${key.slice(0, 8)}…`;

/** In the order of their weight. */
const rules: Readonly<Record<AlarmCode, Rule>> = {
  'split-view': ({ witnesses: { disputes } }) => {
    const proven = disputes.filter(({ proof }) => proof !== null);
    return proven.length === 0 ? undefined : harm(unique(proven.map(({ who }) => who)), unique(proven.map(({ what }) => what)));
  },

  'history-disputed': ({ witnesses: { disputes } }) => {
    const open = disputes.filter(({ kind, proof }) => kind !== 'offered' && proof === null);
    return open.length === 0 ? undefined : harm(unique(open.map(({ who }) => who)), unique(open.map(({ what }) => what)));
  },

  'member-diverges': ({ witnesses: { disputes } }) => {
    const offered = disputes.filter(({ kind, proof }) => kind === 'offered' && proof === null);
    return offered.length === 0 ? undefined : harm(unique(offered.map(({ who }) => who)), unique(offered.map(({ what }) => what)));
  },

  'validator-misbehaved': ({ misbehaviour }) =>
    misbehaviour.length === 0
      ? undefined
      : harm(
          unique(misbehaviour.map(({ who }) => who)),
          misbehaviour.map(({ kind, height }) => `${kind} at consensus height ${height}.`),
        ),

  'ledger-halted': ({ failure, consensus, mempool }, now) => {
    if (failure) return harm([], [failure.message]);
    if (!consensus || consensus.catchingUp || mempool.transactions === 0) return undefined;
    const since = age(consensus.lastCommit, now);
    return since > HALTED_AFTER_MS
      ? harm(
          [],
          [
            `No commit for ${Math.floor(since / SECOND_MS)} s; ${mempool.transactions} transactions wait (round ${consensus.round}, ${consensus.step}).`,
          ],
        )
      : undefined;
  },

  'stored-data-damaged': ({ stored: { holds, findings } }) =>
    holds === false ? harm([], [`The newest verification has ${findings} findings.`]) : undefined,

  'anchoring-stopped': ({ anchoring: { problem, last, intervalMs } }, now) => {
    if (problem !== null) return harm([], [problem]);
    const late = last && age(last.time, now) > Math.max(SILENT_AT_LEAST_MS, SILENT_INTERVALS * intervalMs);
    return late === true ? harm([], [`The newest anchor is of ${last!.time}.`]) : undefined;
  },

  'disk-low': ({ disk: { freeBytes, totalBytes, directory } }) => {
    const text = `${megabytes(freeBytes)} of ${megabytes(totalBytes)} are free where ${directory} is.`;
    if (freeBytes < LAST_DISK_BYTES) return harm([], [text]);
    return freeBytes < LOW_DISK_BYTES || freeBytes < LOW_DISK_SHARE * totalBytes ? attention([], [text]) : undefined;
  },

  'consensus-slow': ({ consensus }) =>
    consensus && consensus.round >= SLOW_ROUND
      ? attention([], [`Consensus height ${consensus.height} is in round ${consensus.round} (${consensus.step}).`])
      : undefined,

  'validator-missing': ({ validators, consensus }) => {
    // One that signs again is back, however many it missed before.
    const signsAgain = (lastSigned: { readonly height: number } | null): boolean =>
      lastSigned !== null && consensus !== null && consensus.height - lastSigned.height <= NEWEST_COMMITS;
    const absent = validators.filter(
      ({ missed, commitsLookedAt, lastSigned }) =>
        commitsLookedAt >= MIN_COMMITS && missed >= MISSED_SHARE * commitsLookedAt && !signsAgain(lastSigned),
    );
    return absent.length === 0
      ? undefined
      : attention(
          absent.map(nameOf),
          absent.map((one) => `${nameOf(one)} signed ${one.commitsLookedAt - one.missed} of the newest ${one.commitsLookedAt} commits.`),
        );
  },

  'node-behind': ({ consensus, peers }) => {
    if (!consensus) return undefined;
    const ahead = Math.max(0, ...peers.map(({ height }) => (height ?? 0) - consensus.height));
    return consensus.catchingUp || ahead > BEHIND_BLOCKS
      ? attention([], [`This node is at consensus height ${consensus.height}${ahead > 0 ? `, ${ahead} behind` : ''}.`])
      : undefined;
  },

  'peers-lost': ({ consensus, peers, validators }) => {
    // With more than a third of the others out of reach, nothing can be decided from here.
    const others = validators.length - 1;
    if (!consensus || others < 1 || peers.length >= (2 * others) / 3) return undefined;
    return attention([], [`${peers.length} of ${others} other validators are connected.`]);
  },

  'mempool-full': ({ mempool: { transactions, limitTransactions, bytes, limitBytes } }) =>
    transactions > FULL_SHARE * limitTransactions || bytes > FULL_SHARE * limitBytes
      ? attention([], [`${transactions} of ${limitTransactions} transactions wait, ${megabytes(bytes)} of ${megabytes(limitBytes)}.`])
      : undefined,

  'engine-restarting': ({ processes }) => {
    const restless = processes.filter(({ restarts }) => restarts >= MANY_RESTARTS);
    return restless.length === 0
      ? undefined
      : attention(
          restless.map(({ name }) => name),
          restless.map(({ name, restarts }) => `${name} was restarted ${restarts} times.`),
        );
  },

  'versions-differ': ({ software: { engineVersion }, peers }) => {
    const other = peers.filter(({ version }) => version !== null && version !== engineVersion);
    return other.length === 0
      ? undefined
      : attention(
          other.map(({ name }) => name),
          other.map(({ name, version }) => `${name} runs ${version}; this node ${engineVersion}.`),
        );
  },

  'witness-silent': ({ witnesses: { witnesses } }, now) => {
    const silent = witnesses.filter(({ problem }) => problem !== null && !DISPUTE.has(problem.code) && age(problem.since, now) > SILENT_WITNESS_MS);
    return silent.length === 0
      ? undefined
      : attention(
          silent.map(({ name }) => name),
          silent.map(({ problem }) => problem!.message),
        );
  },

  unwitnessed: ({ witnesses: { parties, checkpoint, witnesses, newestSeen } }, now) => {
    if (checkpoint === null) return undefined;
    if (parties === 0) return attention([], [witnesses.length === 0 ? 'No witness is configured.' : 'No witness has cosigned yet.']);
    const unseen = newestSeen !== null && newestSeen.size < checkpoint.size && age(newestSeen.time, now) > SILENT_WITNESS_MS;
    return unseen ? attention([], [`${checkpoint.size - newestSeen.size} entries have been seen by nobody else.`]) : undefined;
  },

  'member-silent': ({ members, anchoring: { intervalMs } }, now) => {
    const limit = Math.max(SILENT_AT_LEAST_MS, SILENT_INTERVALS * intervalMs);
    const silent = members.filter(({ status, anchored }) => status === 'active' && anchored !== null && age(anchored.time, now) > limit);
    return silent.length === 0
      ? undefined
      : attention(
          silent.map(({ name }) => name),
          silent.map(({ name, anchored }) => `${name}: newest anchor in block ${anchored!.height}.`),
        );
  },
};

/** These are `history-disputed`, not silence. */
const DISPUTE: ReadonlySet<string> = new Set(['witness.inconsistent', 'witness.ahead']);

/** Every code there is, the worst first. */
export const alarmCodes = Object.keys(rules) as readonly AlarmCode[];

/** `now`: milliseconds since 1970. Those that do harm come first. */
export function findAlarms(facts: OperatorFacts, now: number): readonly Finding[] {
  const found = alarmCodes.flatMap((code): readonly Finding[] => {
    const one = rules[code](facts, now);
    return one ? [{ code, ...one }] : [];
  });
  return [...found.filter(({ severity }) => severity === 'harm'), ...found.filter(({ severity }) => severity === 'attention')];
}

/** Remembers since when each alarm holds; one that ends and comes back is a new one. */
export function alarmBook(): (findings: readonly Finding[], now: number) => readonly Alarm[] {
  let since = new Map<AlarmCode, number>();
  return (findings, now) => {
    since = new Map(findings.map(({ code }) => [code, since.get(code) ?? now]));
    return findings.map((finding) => ({ ...finding, since: new Date(since.get(finding.code)!).toISOString() }));
  };
}

/** Everything an operator watches, put together from the engine, the ledger, the witnesses and the node itself. */
import { toHex } from '../../base/bytes.ts';
import type { OperatorMember, OperatorStatus } from '../../contract/operator.ts';
import type { WitnessesView } from '../../contract/witnesses.ts';
import type { LedgerClient } from '../../ledger/client.ts';
import type { EngineStatus } from '../../ledger/engine-status.ts';
import type { Directory } from '../../network/directory.ts';
import type { BlockIndex } from '../explorer/block-index.ts';
import { alarmBook, findAlarms, type OperatorFacts } from './alarms.ts';

/** What the node knows of itself beside the ledger. */
export interface NodeFacts {
  readonly organisation: { readonly id: string; readonly name: string };
  readonly version: string;
  readonly anchoring: OperatorStatus['anchoring'];
  readonly stored: OperatorStatus['stored'];
}

export interface StatusParts {
  readonly ledger: LedgerClient;
  readonly directory: Directory;
  readonly index: BlockIndex;
  readonly witnesses: () => Promise<WitnessesView>;
  readonly node: () => NodeFacts;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const SHOWN_BLOCKS = 60;
/** Sizes on disk and the engine's answers change slowly; pages and scrapers ask often. */
const KEPT_MS = 1000;

const iso = (time: number): string => new Date(time).toISOString();

/** The newest status, made anew at most once a second. */
export function operatorStatus(parts: StatusParts): () => Promise<OperatorStatus> {
  const book = alarmBook();
  const recent = recentBlocks(parts.ledger);
  let made: Promise<OperatorStatus> | undefined;
  let at = -Infinity;
  const make = async (): Promise<OperatorStatus> => {
    const now = parts.now();
    const facts = await gather(parts, recent, now);
    return { ...facts, alarms: book(findAlarms(facts, now), now) };
  };
  return () => {
    if (made && parts.now() - at < KEPT_MS) return made;
    at = parts.now();
    made = make().catch((cause: unknown) => {
      made = undefined;
      throw cause;
    });
    return made;
  };
}

async function gather({ ledger, directory, index, witnesses, node }: StatusParts, recent: RecentBlocks, now: number): Promise<OperatorFacts> {
  const [engine, members, seen, blocks] = await Promise.all([ledger.engine(), directory.members(), witnesses(), recent()]);
  const names = new Map(members.map(({ org, name }) => [org, name]));
  const byKey = new Map(members.map(({ signingKey, name }) => [toHex(signingKey), name]));
  const nameOf = (organisation: string | undefined, key: Uint8Array): string | null =>
    (organisation === undefined ? byKey.get(toHex(key)) : (names.get(organisation) ?? organisation)) ?? null;
  const { organisation, version, anchoring, stored } = node();
  const { height, time, blockHash, stateRoot, logSize } = ledger.head();
  return {
    time: iso(now),
    organisation,
    software: { version, runtime: `Node.js ${process.version}`, engine: engine.engine, engineVersion: engine.version },
    head: { height, time: iso(time), hash: toHex(blockHash), stateRoot: toHex(stateRoot), logSize },
    blocks,
    consensus: engine.consensus ? { ...engine.consensus, lastCommit: iso(engine.consensus.lastCommit) } : null,
    mempool: engine.mempool,
    validators: validatorsOf(engine, nameOf),
    peers: engine.peers.map((peer) => ({ ...peer, version: peer.version ?? null, height: peer.height ?? null })),
    misbehaviour: engine.misbehaviour.map(({ kind, key, organisation: who, height: of, time: when }) => ({
      kind,
      who: nameOf(who, key) ?? toHex(key).slice(0, 16),
      height: of,
      time: iso(when),
    })),
    disk: engine.disk,
    retention: {
      blocks: engine.retention.retain?.blocks ?? null,
      days: engine.retention.retain?.days ?? null,
      prunedUpTo: engine.retention.prunedUpTo ?? null,
      problem: engine.retention.problem ?? null,
    },
    processes: engine.processes.map((one) => ({ ...one, startedAt: iso(one.startedAt) })),
    failure: engine.failure ? { code: engine.failure.code, message: engine.failure.message } : null,
    members: members.map(({ org, name, status }): OperatorMember => {
      const [anchor] = index.anchorsOf(org);
      return { id: org, name, status, anchored: anchor ? { height: anchor.height, time: iso(anchor.time) } : null };
    }),
    witnesses: seen,
    anchoring,
    stored,
    residentBytes: process.memoryUsage.rss(),
  };
}

const validatorsOf = (
  engine: EngineStatus,
  nameOf: (organisation: string | undefined, key: Uint8Array) => string | null,
): OperatorStatus['validators'] =>
  engine.validators.map((one) => ({
    key: toHex(one.key),
    organisation: nameOf(one.organisation, one.key),
    power: one.power,
    missed: one.missed,
    commitsLookedAt: one.commitsLookedAt,
    lastSigned: one.lastSigned ? { height: one.lastSigned.height, time: iso(one.lastSigned.time) } : null,
    version: one.version ?? null,
  }));

type RecentBlocks = () => Promise<OperatorStatus['blocks']>;

/** The newest blocks in short, newest first; each is read once. */
function recentBlocks(ledger: LedgerClient): RecentBlocks {
  let kept: OperatorStatus['blocks'] = [];
  return async () => {
    const head = ledger.head().height;
    const from = Math.max(0, head - SHOWN_BLOCKS + 1, (kept[0]?.height ?? -1) + 1);
    const fresh = await Promise.all(Array.from({ length: head - from + 1 }, (_, at) => ledger.block(head - at).catch(() => undefined)));
    const short = fresh.flatMap((view) => (view ? [{ height: view.height, time: iso(view.time), transactions: view.transactions.length }] : []));
    kept = [...short, ...kept].slice(0, SHOWN_BLOCKS);
    return kept;
  };
}

/**
 * How a network is: every organisation asked over HTTP, and their answers compared. From the directory of a network all nodes are of this machine and
 * tell everything; from the home of one organisation the others are asked what they tell everybody, and its own engine who is connected.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { jsonUpTo } from '../base/bounded-answer.ts';
import type { Result } from '../base/result.ts';
import { ok } from '../base/result.ts';
import { notReadyOf } from '../node/not-ready.ts';
import type { LedgerStatus } from './ledger-status.ts';
import { HOME_FILE, readHomeFile } from './home-file.ts';
import { NETWORK_FILE, readNetworkFile } from './network-file.ts';
import { askPeer, type PeerAnswer } from './peer-status.ts';
import { readRunFile } from './run-file.ts';
import { STATUS_PATH } from './status-route.ts';

export interface ValidatorOverview {
  readonly id: string;
  readonly name: string;
  /** It answers, and its engine runs. */
  readonly up: boolean;
  /** Of the organisation's own process; null where none runs on this machine. */
  readonly pid: number | null;
  readonly enginePid: number | null;
  readonly url: string;
  readonly power: number;
  /** Of the ledger; null: it does not answer. The app hash of a node elsewhere is that of the height that all have. */
  readonly height: number | null;
  readonly appHash: string | null;
  readonly consensusHeight: number | null;
  /** The block at the height that all have whose answer there is: the same, or another ledger. */
  readonly agrees: boolean | null;
  readonly peers: readonly string[];
  /** Why it is not ready; null: it is. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

export interface NetworkStatus {
  readonly network: string;
  readonly chainId: string;
  /** The highest of those that answer; 0: none does. */
  readonly height: number;
  /** Blocks can be made, and everybody who answers has the same ones. */
  readonly holds: boolean;
  /** In words, where it does not hold. */
  readonly why: string | null;
  readonly validators: readonly ValidatorOverview[];
  /** What validators did against the rules, as those who answer have it. */
  readonly misbehaviour: readonly {
    readonly kind: string;
    readonly organisation: string | null;
    readonly height: number;
    readonly saidBy: readonly string[];
  }[];
}

const TIMEOUT_MS = 3_000;
const ANSWER_LIMIT = 4 << 20;
/** Takes part in the consensus, but its HTTP can't be reached from here. */
const NO_HTTP = 'organisation.no-http';

async function ask<T>(url: string, signal: AbortSignal): Promise<T | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
    return response.ok ? ((await jsonUpTo(response, ANSWER_LIMIT)) as T) : undefined;
  } catch {
    return undefined;
  }
}

interface Place {
  readonly network: string;
  readonly chainId: string;
  readonly organisations: readonly {
    readonly id: string;
    readonly name: string;
    readonly url: string;
    /** Undefined: it is on a machine of its own. */
    readonly home: string | undefined;
  }[];
}

interface Asked {
  readonly organisation: Place['organisations'][number];
  readonly pid: number | null;
  /** Where it was asked. */
  readonly url: string;
  readonly status: LedgerStatus | undefined;
  readonly peer?: PeerAnswer;
}

const heightOf = ({ status, peer }: Asked): number | undefined => status?.height ?? peer?.height;

/** Of the directory of a network, or of one organisation's home. `organisation.no-network`, `organisation.incomplete`. */
async function placeOf(directory: string): Promise<Result<Place>> {
  if (!existsSync(join(directory, NETWORK_FILE)) && existsSync(join(directory, HOME_FILE))) {
    const file = await readHomeFile(directory);
    if (!file.ok) return file;
    const { network, chainId, organisation, url, peers } = file.value;
    const others = peers.map((peer) => ({ id: peer.organisation, name: peer.organisation, url: peer.url, home: undefined }));
    return ok({ network, chainId, organisations: [{ id: organisation.id, name: organisation.name, url, home: directory }, ...others] });
  }
  const file = await readNetworkFile(directory);
  if (!file.ok) return file;
  const organisations = file.value.organisations.map(({ id, name, url, home }) => ({ id, name, url, home: join(directory, home) }));
  return ok({ ...file.value, organisations });
}

/** `organisation.no-network`, `organisation.incomplete`. */
export async function networkStatus(directory: string, signal: AbortSignal): Promise<Result<NetworkStatus>> {
  const place = await placeOf(directory);
  if (!place.ok) return place;
  const { network, chainId, organisations } = place.value;
  const asked = await Promise.all(
    organisations.map(async (organisation): Promise<Asked> => {
      const { home, url } = organisation;
      if (home === undefined)
        return {
          organisation,
          pid: null,
          url,
          status: undefined,
          peer: await askPeer(url, chainId, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])),
        };
      const run = await readRunFile(home);
      const localUrl = run?.localUrl ?? url;
      const status = await ask<LedgerStatus>(localUrl + STATUS_PATH, signal);
      return { organisation, pid: run?.pid ?? null, url: localUrl, status: status?.chainId === chainId ? status : undefined };
    }),
  );
  asked.push(...strangersTo(asked));
  const blocks = await commonBlocks(asked, signal);
  const powers = new Map(asked.flatMap(({ status }) => status?.engine.validators ?? []).map(({ organisation, power }) => [organisation, power]));
  const connected = new Set(asked.flatMap(({ status }) => status?.engine.peers ?? []).map(({ name }) => name));
  const validators = asked.map((one) => overviewOf(one, powers, blocks, connected));
  const why = problemOf(validators);
  return ok({
    network,
    chainId,
    height: Math.max(0, ...validators.map(({ height }) => height ?? 0)),
    holds: why === undefined,
    why: why ?? null,
    validators,
    misbehaviour: misbehaviourOf(asked),
  });
}

/** Validators on the ledger that nobody here has an address of. */
function strangersTo(asked: readonly Asked[]): readonly Asked[] {
  const known = new Set<string | undefined>(asked.map(({ organisation }) => organisation.id));
  const validators = asked.flatMap(({ status }) => status?.engine.validators ?? []).map(({ organisation }) => organisation);
  const missing = [...new Set(validators)].filter((id) => id !== undefined && !known.has(id)) as readonly string[];
  const peer: PeerAnswer = { name: undefined, height: undefined, why: 'It is not among the "peers" in careledger.json', notReady: undefined };
  return missing.map((id) => ({ organisation: { id, name: id, url: '', home: undefined }, pid: null, url: '', status: undefined, peer }));
}

/** The app hash of each at the lowest height of all that answer. */
async function commonBlocks(asked: readonly Asked[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const answering = asked.filter((one) => heightOf(one) !== undefined);
  const common = Math.min(...answering.map((one) => heightOf(one)!));
  const found = await Promise.all(
    answering.map(async ({ organisation: { id }, url }) => {
      const block = await ask<{ readonly appHash: string }>(`${url}/explorer/api/blocks/${common}`, signal);
      return block ? [[id, block.appHash] as const] : [];
    }),
  );
  return new Map(found.flat());
}

/** What most of them have; undefined when nobody answers. */
function majority(blocks: ReadonlyMap<string, string>): string | undefined {
  const votes = Map.groupBy(blocks.values(), (hash) => hash);
  return [...votes].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

function overviewOf(
  { organisation: { id, name, url }, pid, status, peer }: Asked,
  powers: ReadonlyMap<string | undefined, number>,
  blocks: ReadonlyMap<string, string>,
  connected: ReadonlySet<string>,
): ValidatorOverview {
  const own = blocks.get(id);
  const base = { id, name, pid, url, power: powers.get(id) ?? 0, agrees: own === undefined ? null : own === majority(blocks) };
  if (peer) {
    const isUp = peer.height !== undefined || connected.has(id);
    const silent = { code: isUp ? NO_HTTP : 'organisation.no-answer', message: `${peer.why}${isUp ? '; its engine is connected' : ''}.` };
    const problem = peer.height === undefined ? silent : (peer.notReady ?? null);
    const height = peer.height ?? null;
    return { ...base, name: peer.name ?? name, up: isUp, enginePid: null, height, appHash: own ?? null, consensusHeight: null, peers: [], problem };
  }
  if (!status) {
    const message = pid === null ? 'It does not run on this machine, and does not answer.' : `Process ${pid} runs, but does not answer.`;
    const problem = { code: 'organisation.no-answer', message };
    return { ...base, up: false, enginePid: null, height: null, appHash: null, consensusHeight: null, peers: [], problem };
  }
  const { engine } = status;
  const problem = notReadyOf(engine);
  const enginePid = engine.processes[0]?.pid ?? null;
  return {
    ...base,
    up: enginePid !== null,
    enginePid,
    height: status.height,
    appHash: status.appHash,
    consensusHeight: engine.consensus?.height ?? null,
    peers: engine.peers.map((peer) => peer.name),
    problem: problem ? { code: problem.code, message: problem.message } : null,
  };
}

function problemOf(validators: readonly ValidatorOverview[]): string | undefined {
  const answering = validators.filter(({ height }) => height !== null);
  if (answering.length === 0) return 'Nobody answers.';
  if (validators.every(({ power }) => power === 0)) return 'The node of this home does not answer: it would say who makes blocks.';
  const strays = validators.filter(({ agrees }) => agrees === false).map(({ id }) => id);
  if (strays.length > 0) return `Another ledger than the others have: ${strays.join(', ')}.`;
  const total = validators.reduce((sum, { power }) => sum + power, 0);
  const working = validators
    .filter(({ up, problem }) => up && (problem === null || problem.code === NO_HTTP))
    .reduce((sum, { power }) => sum + power, 0);
  if (working * 3 > total * 2) return undefined;
  const missing = validators.filter(({ up, problem }) => !up || (problem !== null && problem.code !== 'cometbft.halted' && problem.code !== NO_HTTP));
  return `No blocks can be made: ${missing.map(({ id }) => id).join(', ') || 'the validators are not connected to each other'}${missing.length > 0 ? ' missing' : ''}.`;
}

function misbehaviourOf(asked: readonly Asked[]): NetworkStatus['misbehaviour'] {
  const said = asked.flatMap(({ organisation: { id }, status }) => (status?.engine.misbehaviour ?? []).map((each) => ({ ...each, by: id })));
  return [...Map.groupBy(said, ({ kind, key, height }) => `${kind} ${key} ${height}`).values()].map((list) => ({
    kind: list[0]!.kind,
    organisation: list[0]!.organisation ?? null,
    height: list[0]!.height,
    saidBy: list.map(({ by }) => by),
  }));
}

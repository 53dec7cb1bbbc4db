/**
 * Names of the other members' machines. The engine looks them up once, at its start, and never again: who could not be found then is not dialled any
 * more, and who has moved is dialled at the old address. So they are looked up here from time to time, and the engine is started anew when that
 * helps.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PeerNames {
  readonly peers: readonly { readonly organisation: string; readonly node: string; readonly host: string }[];
  /** Node ids of those that the engine is connected to; undefined: it does not run just now. */
  readonly connected: () => Promise<ReadonlySet<string> | undefined>;
  readonly restartEngine: () => void;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
  /** Milliseconds; default half a minute. */
  readonly everyMs?: number;
  /** Addresses of a name; rejects when there are none. */
  readonly find?: (host: string) => Promise<readonly string[]>;
}

const EVERY_MS = 30_000;

const addressesOf = async (host: string): Promise<readonly string[]> => (await lookup(host, { all: true })).map(({ address }) => address);

/** Resolves when the signal aborts. */
export async function followPeerNames({
  peers,
  connected,
  restartEngine,
  note,
  signal,
  everyMs = EVERY_MS,
  find = addressesOf,
}: PeerNames): Promise<void> {
  const named = peers.filter(({ host }) => isIP(host) === 0);
  if (named.length === 0) return;
  const look = async (): Promise<ReadonlyMap<string, string>> => {
    const found = await Promise.all(named.map(async ({ host }) => [host, await find(host).catch(() => [])] as const));
    return new Map(found.map(([host, addresses]) => [host, addresses.toSorted().join(' ')]));
  };

  let dialled = await look();
  for (const { organisation, host } of named)
    if (dialled.get(host) === '') note(`${organisation} is not dialled: the name ${host} is not known on this machine (DNS, /etc/hosts)`);
  for (;;) {
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    const now = await look();
    const there = await connected();
    const moved = named.filter(({ host, node }) => there?.has(node) === false && now.get(host) !== '' && now.get(host) !== dialled.get(host));
    if (moved.length === 0) continue;
    dialled = now;
    const places = moved.map(({ organisation, host }) => `${organisation} is at ${host} (${now.get(host)})`);
    note(`${places.join(', ')}: the engine is started anew to dial there`);
    restartEngine();
  }
}

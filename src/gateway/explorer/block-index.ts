/**
 * What the explorer finds things by: hashes of the newest blocks by their first digits, the anchors of each organisation, the keys it has
 * used. Built from the blocks, in memory, once per ledger: nodes of one process share it. Older things are found by their whole hash.
 */
import { toHex } from '../../base/bytes.ts';
import type { BlockView, LedgerClient } from '../../ledger/client.ts';
import { decode } from './view.ts';

export type IndexedKind = 'block' | 'transaction' | 'state' | 'app' | 'grant';

export interface Indexed {
  readonly kind: IndexedKind;
  /** Hexadecimal. */
  readonly hash: string;
  readonly height: number;
}

export interface IndexedAnchor {
  readonly height: number;
  readonly time: number;
  readonly number: number;
  readonly commitment: string;
  readonly transaction: string;
}

export interface BlockIndex {
  /** Things whose hash begins with these hexadecimal digits (6 at least), newest first. */
  find(prefix: string, limit: number): readonly Indexed[];
  /** Newest first. */
  anchorsOf(organisation: string): readonly IndexedAnchor[];
  /** The organisation whose signing key this is or was, as far as the indexed blocks tell. */
  organisationOfKey(key: string): string | undefined;
  /** The newest indexed height. */
  height(): number;
  /** Calls back for every new block, until the signal aborts. */
  subscribe(listener: (block: BlockView) => void, signal: AbortSignal): void;
}

export const MIN_PREFIX = 6;
const KEPT_BLOCKS = 50_000;
const KEPT_ANCHORS = 500;
/** Blocks read before others get their turn. */
const SLICE = 200;

export function blockIndex(ledger: LedgerClient, signal: AbortSignal, onError: (cause: unknown) => void): BlockIndex {
  const byPrefix = new Map<string, Indexed[]>();
  const order: string[][] = [];
  const anchors = new Map<string, IndexedAnchor[]>();
  const keys = new Map<string, string>();
  const listeners = new Set<(block: BlockView) => void>();
  let height = -1;

  const enter = (into: string[], entry: Indexed): void => {
    const prefix = entry.hash.slice(0, MIN_PREFIX);
    const list = byPrefix.get(prefix);
    if (list) list.push(entry);
    else byPrefix.set(prefix, [entry]);
    into.push(prefix);
  };
  const forgetOldest = (): void => {
    for (const prefix of order.shift() ?? []) {
      const list = byPrefix.get(prefix);
      list?.shift();
      if (list?.length === 0) byPrefix.delete(prefix);
    }
  };

  const add = (block: BlockView): void => {
    const entered: string[] = [];
    const { height: at } = block;
    enter(entered, { kind: 'block', hash: toHex(block.hash), height: at });
    enter(entered, { kind: 'state', hash: toHex(block.stateRoot), height: at });
    enter(entered, { kind: 'app', hash: toHex(block.appHash), height: at });
    for (const bytes of block.transactions) {
      const transaction = decode(bytes);
      if (!transaction) continue;
      const hash = toHex(transaction.hash);
      enter(entered, { kind: 'transaction', hash, height: at });
      for (const operation of transaction.operations) {
        if (operation.op === 'grants.open') enter(entered, { kind: 'grant', hash: toHex(operation.id), height: at });
        if (operation.op === 'membership.admit' || operation.op === 'membership.rotate-keys') keys.set(toHex(operation.signingKey), operation.org);
        if (operation.op !== 'anchors.anchor') continue;
        keys.set(toHex(transaction.sender), operation.org);
        let list = anchors.get(operation.org);
        if (!list) anchors.set(operation.org, (list = []));
        list.unshift({ height: at, time: block.time, number: operation.number, commitment: toHex(operation.commitment), transaction: hash });
        if (list.length > KEPT_ANCHORS) list.pop();
      }
    }
    order.push(entered);
    if (order.length > KEPT_BLOCKS) forgetOldest();
    height = at;
  };

  const follow = async (): Promise<void> => {
    const fresh = ledger.blocks(signal)[Symbol.asyncIterator]();
    // Asked for before the past is read, so that no block falls between the two.
    let next = fresh.next();
    const head = ledger.head().height;
    for (let at = Math.max(0, head - KEPT_BLOCKS + 1); at <= head && !signal.aborted; at++) {
      const block = await ledger.block(at);
      if (block) add(block);
      if (at % SLICE === 0) await new Promise((done) => setImmediate(done));
    }
    for (;;) {
      const { value: block, done } = await next;
      if (done === true || signal.aborted) return;
      next = fresh.next();
      if (block.height <= height) continue;
      add(block);
      for (const listener of listeners) listener(block);
    }
  };
  follow().catch((cause: unknown) => {
    if (!signal.aborted) onError(cause);
  });

  return {
    find(prefix, limit) {
      const list = byPrefix.get(prefix.slice(0, MIN_PREFIX)) ?? [];
      return list
        .filter(({ hash }) => hash.startsWith(prefix))
        .slice(-limit)
        .toReversed();
    },
    anchorsOf: (organisation) => anchors.get(organisation) ?? [],
    organisationOfKey: (key) => keys.get(key),
    height: () => height,
    subscribe(listener, until) {
      listeners.add(listener);
      until.addEventListener('abort', () => listeners.delete(listener), { once: true });
    },
  };
}

/**
 * What the index (LMDB) holds. All of it follows from the blocks: it can be thrown away and made again, and it can be compared with what
 * the blocks give. One key space, told apart by the first byte:
 *
 *   n ‖ stamp ‖ group      → a page of nodes of the state tree (`node-pages.ts`)
 *   t ‖ transaction hash   → position in the transaction log (8 bytes)
 *   l ‖ level ‖ index      → full subtree of the transaction log (32 bytes)
 *   b ‖ height             → BlockEntry
 *   s ‖ height             → ids of the state nodes that this block made stale, one after another
 *   a ‖ height             → where the newest attestation of this block is in the block file
 *   x ‖ name               → a note of the engine's own; the only thing here that does not follow from the blocks
 *   g                      → the base that the block file begins with, if any (`base.ts`)
 *   m                      → height of the newest block in the index (8 bytes)
 */
import { concat, uint64, utf8 } from '../../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../../base/cbor.ts';
import { unwrap } from '../../../base/result.ts';
import type { Header } from '../../../ledger/block/header.ts';
import type { Execution, LogNode } from '../../../ledger/execution/execute-block.ts';
import { frontierNodes } from '../../../ledger/proofs/merkle-log.ts';
import { idsIn, nodeRef } from '../../../ledger/state/node.ts';
import type { StateRef } from '../../../ledger/state/tree.ts';
import type { Base } from '../blocks/base.ts';
import type { Place } from '../blocks/block-file.ts';
import type { HistoryBlock } from '../blocks/history.ts';
import type { IndexReader, IndexWrite } from './index-port.ts';
import { pagesOf, withoutNodes } from './node-pages.ts';

/** Where a block is in the block file, and the state after it. */
export interface BlockEntry {
  readonly offset: number;
  /** Of the payload. */
  readonly length: number;
  readonly time: number;
  /** Size of the transaction log after the block. */
  readonly logSize: number;
  readonly hash: Uint8Array;
  readonly root: StateRef;
  /** Only header, seal and transaction hashes are kept; of the state after it nothing, unless it is the newest of these. */
  readonly pruned: 'no' | 'with-state' | 'without-state';
}

const PRUNED = ['no', 'with-state', 'without-state'] as const;

/** First byte of the keys of notes. */
export const NOTE_PREFIX = 'x';

const prefixed = (prefix: string, rest: Uint8Array): Uint8Array => {
  const key = new Uint8Array(1 + rest.length);
  key[0] = prefix.charCodeAt(0);
  key.set(rest, 1);
  return key;
};

export const transactionKey = (hash: Uint8Array): Uint8Array => prefixed('t', hash);
export const logNodeKey = (level: number, index: number): Uint8Array => concat(new Uint8Array([0x6c, level]), uint64(index));
export const blockKey = (height: number): Uint8Array => prefixed('b', uint64(height));
export const staleKey = (height: number): Uint8Array => prefixed('s', uint64(height));
export const attestationKey = (height: number): Uint8Array => prefixed('a', uint64(height));
export const noteKey = (name: string): Uint8Array => prefixed(NOTE_PREFIX, utf8(name));
export const baseKey: Uint8Array = prefixed('g', new Uint8Array(0));
export const headKey: Uint8Array = prefixed('m', new Uint8Array(0));

export const decodeUint64 = (bytes: Uint8Array): number => Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0));

export const encodeBlockEntry = ({ offset, length, time, logSize, hash, root, pruned }: BlockEntry): Uint8Array =>
  encodeCbor([offset, length, time, logSize, hash, root ? [root.id, root.leaf] : null, PRUNED.indexOf(pruned)]);

export function decodeBlockEntry(bytes: Uint8Array): BlockEntry {
  const [offset, length, time, logSize, hash, root, pruned] = unwrap(decodeCbor(bytes)) as [
    number,
    number,
    number,
    number,
    Uint8Array,
    [Uint8Array, boolean] | null,
    number,
  ];
  return { offset, length, time, logSize, hash, root: root ? nodeRef(root[0], root[1]) : undefined, pruned: PRUNED[pruned]! };
}

export const attestationEntry = (height: number, { offset, length }: Place): IndexWrite => ({
  key: attestationKey(height),
  value: encodeCbor([offset, length]),
});

export function decodeAttestationEntry(bytes: Uint8Array): Place {
  const [offset, length] = unwrap(decodeCbor(bytes)) as [number, number];
  return { offset, length };
}

/** What a block adds to the transaction log. */
const logEntries = ({ logSize, txCount }: Header, hashes: readonly Uint8Array[], logNodes: readonly LogNode[]): readonly IndexWrite[] => [
  ...hashes.map((hash, position) => ({ key: transactionKey(hash), value: uint64(logSize - txCount + position) })),
  ...logNodes.map(({ level, index, hash }) => ({ key: logNodeKey(level, index), value: hash })),
];

/** What a base adds by itself: the right edge of the transaction log before it. */
export const baseEntriesOf = ({ log }: Base, payload: Uint8Array): readonly IndexWrite[] => [
  { key: baseKey, value: payload },
  ...frontierNodes(log.size).map(({ level, index }, position) => ({ key: logNodeKey(level, index), value: log.hashes[position]! })),
];

/** What a pruned block adds; `root` of the newest one is that of the state that is kept. */
export function prunedEntriesOf(
  { block, logNodes }: HistoryBlock,
  { offset, length }: Place,
  state?: { readonly root: StateRef },
): readonly IndexWrite[] {
  const { header, hash, transactions } = block;
  const entry = {
    offset,
    length,
    time: header.time,
    logSize: header.logSize,
    hash,
    root: state?.root,
    pruned: state ? 'with-state' : 'without-state',
  } as const;
  return [...logEntries(header, transactions, logNodes), { key: blockKey(header.height), value: encodeBlockEntry(entry) }];
}

/** Everything that a block adds to the index. */
export function entriesOf(execution: Execution, place: Place): readonly IndexWrite[] {
  const { header, next, accepted, stateUpdate, logNodes } = execution;
  return [
    ...pagesOf(stateUpdate.nodes),
    ...logEntries(
      header,
      accepted.map(({ hash }) => hash),
      logNodes,
    ),
    { key: staleKey(header.height), value: stateUpdate.stale },
    {
      key: blockKey(header.height),
      value: encodeBlockEntry({
        offset: place.offset,
        length: place.length,
        time: header.time,
        logSize: header.logSize,
        hash: next.blockHash,
        root: next.root,
        pruned: 'no',
      }),
    },
    { key: headKey, value: uint64(header.height) },
  ];
}

/**
 * What a block at `height` takes out of the index, when that many heights are kept: the nodes that the first of them had made stale,
 * which only versions before it refer to.
 */
export function prunedAt(height: number, retainHeights: number, index: IndexReader): readonly IndexWrite[] {
  const firstKept = height - retainHeights + 1;
  if (firstKept < 0) return [];
  const key = staleKey(firstKept);
  const stale = index.get(key);
  return stale ? [...withoutNodes(idsIn(stale), index), { key, value: undefined }] : [];
}

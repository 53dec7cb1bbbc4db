/** Questions that the index answers, in the terms of the ledger. */
import { codedError } from '../../../base/errors.ts';
import { CodedException } from '../../../base/result.ts';
import type { LedgerState, LedgerStore } from '../../../ledger/execution/ledger-state.ts';
import type { Genesis } from '../../../ledger/genesis/genesis.ts';
import { frontierAt, type GetNode } from '../../../ledger/proofs/merkle-log.ts';
import type { Place } from '../blocks/block-file.ts';
import { decodeBase, type Base } from '../blocks/base.ts';
import { engineErrors } from '../errors.ts';
import { firstHeight } from '../blocks/history.ts';
import {
  attestationKey,
  baseKey,
  blockKey,
  decodeAttestationEntry,
  decodeBlockEntry,
  decodeUint64,
  headKey,
  logNodeKey,
  transactionKey,
  type BlockEntry,
} from './index-entries.ts';
import type { IndexReader } from './index-port.ts';
import { pagedNodes } from './node-pages.ts';

export const ledgerStoreOf = (index: IndexReader): LedgerStore => ({
  nodes: pagedNodes(index),
  hasTransaction: (hash) => index.get(transactionKey(hash)) !== undefined,
});

/** Height of the newest block in the index; undefined: there is none. */
export function indexedHeight(index: IndexReader): number | undefined {
  const bytes = index.get(headKey);
  return bytes && decodeUint64(bytes);
}

export function blockEntry(index: IndexReader, height: number): BlockEntry | undefined {
  const bytes = Number.isSafeInteger(height) && height >= 0 ? index.get(blockKey(height)) : undefined;
  return bytes && decodeBlockEntry(bytes);
}

/** What the block file begins with in place of the ledger's first blocks. */
export function baseOf(index: IndexReader): Base | undefined {
  const bytes = index.get(baseKey);
  return bytes && decodeBase(bytes);
}

/** Where the newest attestation of a block is in the block file. */
export function attestationPlace(index: IndexReader, height: number): Place | undefined {
  const bytes = Number.isSafeInteger(height) && height >= 0 ? index.get(attestationKey(height)) : undefined;
  return bytes && decodeAttestationEntry(bytes);
}

/** Position of a transaction in the transaction log. */
export function transactionIndex(index: IndexReader, hash: Uint8Array): number | undefined {
  const bytes = index.get(transactionKey(hash));
  return bytes && decodeUint64(bytes);
}

/** The block that has the transaction at a position of the log: the first, from a height on, whose log is longer. */
export function heightOfLogIndex(index: IndexReader, logIndex: number, first: number, head: number): number {
  let low = first;
  let high = head;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (requireBlockEntry(index, middle).logSize > logIndex) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Throws `engine.index-damaged` for a height that the index should have. */
export function requireBlockEntry(index: IndexReader, height: number): BlockEntry {
  const entry = blockEntry(index, height);
  if (!entry) throw indexDamaged(`block ${height} is not in it`);
  return entry;
}

export const logNodesOf =
  (index: IndexReader): GetNode =>
  (level, position) => {
    const hash = index.get(logNodeKey(level, position));
    if (hash?.length !== 32) throw indexDamaged(`node ${position} of level ${level} of the transaction log is not in it`);
    return hash;
  };

/** Nodes over sixteen leaves and more are part of many paths; they never change. */
const REMEMBERED_FROM_LEVEL = 4;
const REMEMBERED_NODES = 16_384;

export function remembered(getNode: GetNode): GetNode {
  const known = new Map<number, Uint8Array>();
  return (level, position) => {
    if (level < REMEMBERED_FROM_LEVEL) return getNode(level, position);
    // Positions at this level and above are below 2^47.
    const name = level * 2 ** 47 + position;
    const found = known.get(name);
    if (found) return found;
    if (known.size >= REMEMBERED_NODES) known.clear();
    const hash = getNode(level, position);
    known.set(name, hash);
    return hash;
  };
}

/** The state after the block at a height. */
export function stateAt(index: IndexReader, genesis: Genesis, height: number): LedgerState {
  const { time, hash, root, logSize } = requireBlockEntry(index, height);
  const chainId = height < firstHeight(genesis) ? genesis.previous!.chainId : genesis.chainId;
  return { chainId, height, time, blockHash: hash, root, log: frontierAt(logSize, logNodesOf(index)) };
}

export const indexDamaged = (why: string): CodedException =>
  new CodedException(codedError(engineErrors, 'engine.index-damaged', { message: `The index of the ledger is damaged: ${why}.` }));

/**
 * The bytes of snapshots, the same on every node that makes one of the same block.
 *
 *   manifest      = CBOR { v, chainId, height, header, first, log: [size, [hash, …]], history, chunks: [hash, …] }
 *   history chunk = CBOR [ pruned block, … ]        the first `history` chunks: blocks from `first` to `height`; `log` is the transaction log before
 *   state chunk   = CBOR [ [key, value], … ]        the others: all keys in the order of their paths
 *   chunk hash    = SHA-256(chunk)
 *
 * The history goes back as far as a transaction could be replayed from, or to the ledger's first block.
 */
import { sha256 } from '#sha256';
import { equalBytes } from '../../../base/bytes.ts';
import { decodeCbor, encodeCbor, type Cbor } from '../../../base/cbor.ts';
import { codedError } from '../../../base/errors.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import { decodeHeader, headerHash, type Header } from '../../../ledger/block/header.ts';
import type { Genesis } from '../../../ledger/genesis/genesis.ts';
import type { Frontier } from '../../../ledger/proofs/merkle-log.ts';
import type { Leaf } from '../../../ledger/state/node.ts';
import { MAX_LIFETIME_BLOCKS } from '../../../ledger/transaction/schema.ts';
import { engineErrors } from '../errors.ts';
import { firstHeight } from '../blocks/history.ts';

/** Bytes of a chunk, at most. */
export const MAX_CHUNK_BYTES = 1_048_576;
/** 100 GB of state. */
const MAX_CHUNKS = 100_000;

export interface Manifest {
  readonly chainId: string;
  readonly height: number;
  /** Of the block at `height`. */
  readonly headerBytes: Uint8Array;
  /** Height of the oldest block of the history. */
  readonly first: number;
  /** The transaction log before it. */
  readonly log: Frontier;
  /** Number of chunks that are history. */
  readonly history: number;
  /** SHA-256 of each chunk. */
  readonly chunks: readonly Uint8Array[];
}

export interface ReadManifest extends Manifest {
  readonly header: Header;
  readonly blockHash: Uint8Array;
}

/** Where the history of a snapshot at a height begins. */
export const historyStart = (genesis: Genesis, height: number): number => Math.max(firstHeight(genesis), height - MAX_LIFETIME_BLOCKS + 1);

export const encodeManifest = ({ chainId, height, headerBytes, first, log, history, chunks }: Manifest): Uint8Array =>
  encodeCbor({ v: 1, chainId, height, header: headerBytes, first, log: [log.size, log.hashes], history, chunks });

/** `engine.snapshot-corrupted` unless it is the form of a manifest of this ledger. */
export function decodeManifest(bytes: Uint8Array, genesis: Genesis): Result<ReadManifest> {
  const decoded = decodeCbor(bytes);
  const value = ((decoded.ok ? decoded.value : undefined) ?? {}) as Record<string, unknown>;
  const { v, chainId, height, header: headerBytes, first, log, history, chunks } = value;
  if (v !== 1 || Object.keys(value).length !== 8) return corrupted('it is not a manifest');
  if (chainId !== genesis.chainId) return corrupted('it is of another ledger');
  const isHash = (item: unknown): item is Uint8Array => item instanceof Uint8Array && item.length === 32;
  if (!Array.isArray(chunks) || chunks.length > MAX_CHUNKS || !chunks.every(isHash)) return corrupted('the chunks are not hashes');
  if (!isCount(history) || history > chunks.length || !isCount(height) || !isCount(first)) return corrupted('a number is missing');
  const frontier = decodeFrontier(log);
  if (!frontier) return corrupted('the log before its history is malformed');
  const header = headerBytes instanceof Uint8Array ? decodeHeader(headerBytes) : undefined;
  if (!header?.ok || header.value.chainId !== chainId || header.value.height !== height) return corrupted('the header is not that of its block');
  if (first !== historyStart(genesis, height)) return corrupted('the history does not begin where it should');
  const bytesOfHeader = headerBytes as Uint8Array;
  const manifest = { chainId, height, headerBytes: bytesOfHeader, first, log: frontier, history, chunks };
  return ok({ ...manifest, header: header.value, blockHash: headerHash(bytesOfHeader) });
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** `[size, [hash, …]]`: one hash for each bit of the size. */
export function decodeFrontier(value: unknown): Frontier | undefined {
  const [size, hashes] = (Array.isArray(value) && value.length === 2 ? value : []) as [unknown, unknown];
  if (!isCount(size) || !Array.isArray(hashes) || !hashes.every((hash) => hash instanceof Uint8Array && hash.length === 32)) return undefined;
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits === hashes.length ? { size, hashes: hashes as Uint8Array[] } : undefined;
}

export const encodeHistoryChunk = (blocks: readonly Uint8Array[]): Uint8Array => encodeCbor(blocks);

export function decodeHistoryChunk(bytes: Uint8Array): Result<readonly Uint8Array[]> {
  const decoded = decodeCbor(bytes);
  const items = decoded.ok && Array.isArray(decoded.value) ? (decoded.value as unknown[]) : undefined;
  return items?.every((item) => item instanceof Uint8Array) ? ok(items as Uint8Array[]) : corrupted('a chunk of the history is malformed');
}

export const encodeStateChunk = (leaves: readonly Leaf[]): Uint8Array => encodeCbor(leaves.map(({ key, value }): Cbor => [key, value]));

export function decodeStateChunk(bytes: Uint8Array): Result<readonly Leaf[]> {
  const decoded = decodeCbor(bytes);
  const items = decoded.ok && Array.isArray(decoded.value) ? (decoded.value as unknown[]) : undefined;
  const isLeaf = (item: unknown): boolean => Array.isArray(item) && item.length === 2 && item.every((part) => part instanceof Uint8Array);
  if (!items?.every(isLeaf)) return corrupted('a chunk of the state is malformed');
  return ok((items as [Uint8Array, Uint8Array][]).map(([key, value]) => ({ key, value })));
}

export const isChunk = (bytes: Uint8Array, hash: Uint8Array): boolean => bytes.length <= MAX_CHUNK_BYTES && equalBytes(sha256(bytes), hash);

export const corrupted = (why: string, data?: Readonly<Record<string, unknown>>) =>
  fail(
    codedError(engineErrors, 'engine.snapshot-corrupted', {
      message: `The snapshot does not hold: ${why}.`,
      ...(data === undefined ? {} : { data }),
    }),
  );

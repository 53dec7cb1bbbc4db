/** The files behind `LedgerDisk`: block file, index, lock. */
import { fail, ok, unwrap, CodedException, type CodedError } from '../../base/result.ts';
import { codedError } from '../../base/errors.ts';
import { decodeBlock, encodeBlock, type Block } from '../../ledger/block/block.ts';
import { decodePrunedBlock, pruneBlock } from '../../ledger/block/pruned-block.ts';
import type { Head } from '../../ledger/client.ts';
import type { LedgerState, LedgerStore } from '../../ledger/execution/ledger-state.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import { inclusionPath, type GetNode } from '../../ledger/proofs/merkle-log.ts';
import { encodeTreeProof, proveValue } from '../../ledger/state/proof.ts';
import { getValue } from '../../ledger/state/tree.ts';
import { transactionHash } from '../../ledger/transaction/transaction.ts';
import { blockLog } from './blocks/block-log.ts';
import { blockStream } from './blocks/block-stream.ts';
import { engineErrors, ioError } from './errors.ts';
import { firstHeight } from './blocks/history.ts';
import { attestationEntry, entriesOf, noteKey, prunedAt } from './index/index-entries.ts';
import { markClosed } from './index/index-health.ts';
import type { IndexStore } from './index/index-store.ts';
import {
  attestationPlace,
  baseOf,
  blockEntry,
  heightOfLogIndex,
  ledgerStoreOf,
  logNodesOf,
  remembered,
  stateAt,
  transactionIndex,
} from './index/index-view.ts';
import type { LedgerDisk, SealedHeader } from './ledger-disk.ts';
import type { Lock } from './lock.ts';
import { recent } from './recent.ts';
import { backgroundPruning } from './pruning/background-pruning.ts';
import type { Recovery } from './recover.ts';
import type { Retain } from './pruning/retention.ts';
import type { SnapshotSource } from './snapshots/snapshot-parts.ts';
import { snapshotFolder } from './snapshots/snapshots.ts';
import type { Storage } from './blocks/storage.ts';
import { headOf, prunedViewOf, viewOf } from './views.ts';

export interface DiskParts {
  readonly directory: string;
  readonly retainHeights: number;
  readonly snapshotEvery: number;
  readonly keepSnapshots: number;
  readonly retain?: Retain;
  readonly pruneAtLeast: number;
  readonly askBeforePruning: number;
  readonly genesis: Genesis;
  readonly storage: Storage;
  readonly index: IndexStore;
  readonly state: LedgerState;
  readonly recovery: Recovery;
  readonly lock: Lock;
}

/** Some 400 bytes each. */
const KEPT_HEADERS = 1_024;
/** Up to 8 MiB each. */
const KEPT_BLOCKS = 4;

/** Read and written as one: places in the index are places in this block file. */
const filesOf = (storage: Storage, index: IndexStore) => ({
  storage,
  index,
  log: blockLog(storage),
  store: ledgerStoreOf(index),
  logNode: remembered(logNodesOf(index)),
  base: baseOf(index),
});

export function ledgerDisk(parts: DiskParts): LedgerDisk {
  const { directory, genesis, recovery, lock, snapshotEvery } = parts;
  let files = filesOf(parts.storage, parts.index);
  const store: LedgerStore = {
    nodes: { get: (id) => files.store.nodes.get(id) },
    hasTransaction: (hash) => files.store.hasTransaction(hash),
  };
  const logNode: GetNode = (level, position) => files.logNode(level, position);
  const stream = blockStream(() => state.height, readView);
  const snapshots = snapshotFolder(directory, genesis, parts.keepSnapshots);
  let { state } = parts;
  const headers = recent<SealedHeader>(KEPT_HEADERS);
  const blocks = recent<Block>(KEPT_BLOCKS);
  let head: Head = headOf(state);
  let failure: CodedError | undefined;
  let closing: Promise<void> | undefined;

  const pruning = backgroundPruning({
    directory,
    genesis,
    retain: parts.retain,
    atLeast: parts.pruneAtLeast,
    askers: parts.askBeforePruning,
    now: () => ({ head, state, nodes: store.nodes, ...files }),
    entry: (height) => requireHeight(height),
    stateAt: (height) => disk.stateAt(height),
    isBusy: () => snapshots.busy,
    replace(storage, index, next) {
      files = filesOf(storage, index);
      state = next;
    },
    fail: (cause) => (failure ??= ioError(cause, 'replacing the block file')),
  });

  const disk: LedgerDisk = {
    genesis,
    directory,
    recovery,
    store,
    get state() {
      return state;
    },
    get failure() {
      return failure ?? files.log.failure;
    },
    head: () => head,

    async commit(execution, seal) {
      if (disk.failure) return fail(disk.failure);
      const { next, headerBytes, accepted, header } = execution;
      if (header.height !== state.height + 1) throw new RangeError(`block ${header.height} does not follow block ${state.height}`);
      const transactions = accepted.map(({ bytes }) => bytes);
      const written = await files.log.write({ height: header.height, payload: encodeBlock(headerBytes, transactions, seal) });
      if (!written.ok) return written;
      state = next;
      head = headOf(next);
      headers.put(header.height, { header, headerBytes, hash: next.blockHash, seal });
      try {
        await files.index.apply([
          ...written.value.attestations.map(({ height, place }) => attestationEntry(height, place)),
          ...entriesOf(execution, written.value.block!),
          ...(pruning.holdsStates ? [] : prunedAt(header.height, pruning.statesKept(parts.retainHeights), files.index)),
        ]);
      } catch (cause) {
        // The block is durable and will be answered for; the index catches up from the block file when the ledger is opened again.
        failure = ioError(cause, 'writing the index');
      }
      stream.notify();
      await pruning.committed();
      // What comes of it is seen in the list; the next one is tried in any case.
      if (snapshotEvery > 0 && header.height % snapshotEvery === 0) void snapshots.take(sourceNow);
      return ok(undefined);
    },

    async attest(height, attestation) {
      requireHeight(height);
      files.log.attest(height, attestation);
    },

    async attestation(height) {
      const waiting = files.log.waiting(height);
      if (waiting) return waiting;
      const place = attestationPlace(files.index, height);
      return place && files.log.read(place, height, 'attestation');
    },

    note: (name, value) =>
      void files.index.apply([{ key: noteKey(name), value }]).catch((cause: unknown) => (failure ??= ioError(cause, 'writing the index'))),
    noted: (name) => files.index.get(noteKey(name)),
    notes: () => files.index.notes(),

    rawBlock: readBlock,
    async sealedHeader(height) {
      const known = headers.get(height);
      if (known) return known;
      const entry = requireHeight(height);
      const { header, headerBytes, hash, seal } =
        entry.pruned === 'no' ? await readBlock(height) : unwrap(decodePrunedBlock(await files.log.read(entry, height, 'pruned')));
      const sealed = { header, headerBytes, hash, seal };
      headers.put(height, sealed);
      return sealed;
    },
    stateAt(height) {
      const entry = blockEntry(files.index, height);
      const isKept = entry && entry.pruned !== 'without-state' && height > head.height - pruning.statesKept(parts.retainHeights);
      return isKept ? stateAt(files.index, genesis, height) : undefined;
    },

    snapshots: snapshots.list,
    snapshotChunk: snapshots.chunk,
    takeSnapshot: () => snapshots.take(sourceNow),
    block: readView,

    async transaction(hash) {
      const logIndex = transactionIndex(files.index, hash);
      return logIndex === undefined ? undefined : disk.transactionAt(logIndex);
    },

    async transactionAt(logIndex) {
      if (!isLogIndex(logIndex)) return undefined;
      requireLeaf(logIndex);
      const height = heightOfLogIndex(files.index, logIndex, files.base?.first ?? firstHeight(genesis), head.height);
      const { header, transactions } = await readBlock(height);
      const bytes = transactions[logIndex - (header.logSize - header.txCount)]!;
      return { hash: transactionHash(bytes), height, logIndex, bytes };
    },

    get: async (key, height = head.height) => fromState(height, (root) => getValue(store.nodes, root, key)),

    heightOf(logIndex) {
      if (!isLogIndex(logIndex)) throw new CodedException(codedError(engineErrors, 'engine.unknown-transaction', { data: { logIndex } }));
      return heightOfLogIndex(files.index, logIndex, Math.max(files.base?.first ?? 0, firstHeight(genesis)), head.height);
    },

    inclusion(logIndex, height) {
      const { logSize } = requireHeight(height);
      if (!isLogIndex(logIndex) || logIndex >= logSize)
        throw new CodedException(codedError(engineErrors, 'engine.unknown-transaction', { data: { logIndex, height } }));
      requireLeaf(logIndex);
      return { size: logSize, index: logIndex, path: inclusionPath(logIndex, logSize, logNode) };
    },

    logNode,

    proveTree(key, height) {
      const { value, proof } = fromState(height, (root) => proveValue(store.nodes, root, key));
      return { value, tree: encodeTreeProof(proof) };
    },

    blocks: stream.subscribe,

    async flush() {
      const { log, index } = files;
      const written = unwrap(await log.write());
      if (written.attestations.length > 0) await index.apply(written.attestations.map(({ height, place }) => attestationEntry(height, place)));
      await index.flush();
    },

    keepFrom: pruning.keepFrom,
    get retention() {
      return pruning.status;
    },

    close() {
      closing ??= shutDown();
      return closing;
    },
  };
  return disk;

  function sourceNow(): SnapshotSource {
    return {
      genesis,
      state,
      nodes: store.nodes,
      logNode,
      header: disk.sealedHeader,
      async prunedBlock(height) {
        const entry = requireHeight(height);
        return entry.pruned === 'no' ? pruneBlock(await readBlock(height)) : files.log.read(entry, height, 'pruned');
      },
    };
  }

  async function shutDown(): Promise<void> {
    stream.end();
    await pruning.close();
    await snapshots.close();
    try {
      if (!disk.failure) await disk.flush();
      await files.index.close();
      markClosed(directory);
    } finally {
      await files.log.close();
      lock.release();
    }
  }

  function isLogIndex(logIndex: number): boolean {
    return Number.isSafeInteger(logIndex) && logIndex >= 0 && logIndex < head.logSize;
  }

  /** The leaves before a base that begins later than the ledger are not here. */
  function requireLeaf(logIndex: number): void {
    if (files.base && logIndex < files.base.log.size)
      throw new CodedException(codedError(engineErrors, 'engine.block-pruned', { data: { logIndex } }));
  }

  function requireHeight(height: number) {
    const entry = blockEntry(files.index, height);
    if (!entry) throw new CodedException(codedError(engineErrors, 'engine.height-unknown', { data: { height } }));
    return entry;
  }

  async function readBlock(height: number): Promise<Block> {
    const place = requireHeight(height);
    if (place.pruned !== 'no') throw new CodedException(codedError(engineErrors, 'engine.block-pruned', { data: { height } }));
    const known = blocks.get(height);
    if (known) return known;
    const block = unwrap(decodeBlock(await files.log.read(place, height, 'block')));
    blocks.put(height, block);
    return block;
  }

  async function readView(height: number) {
    const entry = blockEntry(files.index, height);
    if (!entry || entry.pruned === 'no') return entry && viewOf(await readBlock(height));
    const bytes = await files.log.read(entry, height, 'pruned');
    return prunedViewOf(unwrap(decodePrunedBlock(bytes)), bytes);
  }

  /** Reads at a height whose nodes are kept. `engine.height-unknown`, `engine.height-pruned`, `engine.index-damaged`. */
  function fromState<T>(height: number, read: (root: LedgerState['root']) => T): T {
    const { root, pruned } = requireHeight(height);
    if (pruned === 'without-state') throw new CodedException(codedError(engineErrors, 'engine.height-pruned', { data: { height } }));
    try {
      return read(root);
    } catch (cause) {
      const code = height <= head.height - pruning.statesKept(parts.retainHeights) ? 'engine.height-pruned' : 'engine.index-damaged';
      throw new CodedException(codedError(engineErrors, code, { data: { height } }), { cause });
    }
  }
}

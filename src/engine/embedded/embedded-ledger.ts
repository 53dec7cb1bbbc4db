/** The ledger on one machine, as the layers above see it. */
import { toHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { CodedException, fail, unwrap, type Result } from '../../base/result.ts';
import { ed25519Sign } from '#ed25519';
import { decodeBlock, type Block } from '../../ledger/block/block.ts';
import { appHash } from '../../ledger/block/header.ts';
import type { BlockView, Committed, Head, LedgerClient, StateProof, TransactionView } from '../../ledger/client.ts';
import type { LedgerState } from '../../ledger/execution/ledger-state.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import { frontierRoot, inclusionPath } from '../../ledger/proofs/merkle-log.ts';
import { coseReceiptInput } from '../../ledger/receipts/cose-receipt.ts';
import { encodeLedgerReceipt } from '../../ledger/receipts/ledger-receipt.ts';
import { encodeTreeProof, proveValue } from '../../ledger/state/proof.ts';
import { encodeStateProof } from '../../ledger/state/state-proof.ts';
import { getValue, stateRootOf } from '../../ledger/state/tree.ts';
import { checkTransactionWith } from '../../ledger/transaction/check.ts';
import { transactionHash } from '../../ledger/transaction/transaction.ts';
import { readPayload } from './block-file.ts';
import { blockStream } from './block-stream.ts';
import { engineErrors } from './errors.ts';
import { markClosed } from './index-health.ts';
import type { IndexStore } from './index-store.ts';
import { blockEntry, heightOfLogIndex, ledgerStoreOf, logNodesOf, requireBlockEntry, transactionIndex } from './index-view.ts';
import type { Lock } from './lock.ts';
import { createMempool } from './mempool.ts';
import { defaults, type EmbeddedOptions } from './options.ts';
import { startProducer } from './producer.ts';
import type { Recovery } from './recover.ts';
import { signatureVerifier } from './signatures.ts';
import type { Storage } from './storage.ts';

export interface EmbeddedLedger extends LedgerClient {
  readonly genesis: Genesis;
  readonly recovery: Recovery;
  /** Everything committed so far is in the index on disk too when it resolves (it is durable in the block file before that). */
  flush(): Promise<void>;
}

export interface LedgerParts {
  readonly options: EmbeddedOptions;
  readonly genesis: Genesis;
  readonly storage: Storage;
  readonly index: IndexStore;
  readonly state: LedgerState;
  readonly recovery: Recovery;
  readonly lock: Lock;
}

export function embeddedLedger({ options, genesis, storage, index, state, recovery, lock }: LedgerParts): EmbeddedLedger {
  const { chainId, proposer } = genesis;
  const { nodeSeed } = options;
  const settings = { ...defaults, ...options };
  const verifySignature = signatureVerifier();
  const mempool = createMempool(settings.mempool);
  const stream = blockStream(() => producer.state.height, readView);
  const nodes = ledgerStoreOf(index).nodes;
  let head = headOf(state);
  let closing: Promise<void> | undefined;
  const producer = startProducer(state, {
    storage,
    index,
    mempool,
    nodeSeed,
    proposer,
    limits: settings.block,
    lingerMs: settings.lingerMs,
    blockIntervalMs: settings.blockIntervalMs,
    retainHeights: settings.retainHeights,
    now: settings.now ?? Date.now,
    onBlock({ next }) {
      head = headOf(next);
      stream.notify();
    },
  });

  const ledger: EmbeddedLedger = {
    chainId,
    genesis,
    recovery,
    head: () => head,

    async submit(bytes): Promise<Result<Committed>> {
      if (closing) return fail(codedError(engineErrors, 'engine.closed'));
      if (producer.failure) return fail(producer.failure);
      if (!mempool.reserve(bytes.length)) return fail(codedError(engineErrors, 'engine.busy'));
      const checked = await checkTransactionWith(bytes, chainId, verifySignature);
      const error = checked.ok ? (producer.failure ?? (closing && codedError(engineErrors, 'engine.closed'))) : checked.error;
      if (!checked.ok || error) {
        mempool.release(bytes.length);
        return fail(error!);
      }
      return new Promise((settle) => {
        mempool.add({ transaction: checked.value, settle });
        producer.wake();
      });
    },

    block: readView,

    async transaction(hash) {
      const logIndex = transactionIndex(index, hash);
      return logIndex === undefined ? undefined : ledger.transactionAt(logIndex);
    },

    async transactionAt(logIndex): Promise<TransactionView | undefined> {
      if (!isLogIndex(logIndex)) return undefined;
      const { height, position } = placeOf(logIndex);
      const bytes = (await readBlock(height)).transactions[position]!;
      return { hash: transactionHash(bytes), height, logIndex, bytes };
    },

    async get(key, height = head.height) {
      return fromState(height, (root) => getValue(nodes, root, key));
    },

    async receipt(logIndex) {
      if (!isLogIndex(logIndex)) throw new CodedException(codedError(engineErrors, 'engine.unknown-transaction', { data: { logIndex } }));
      const { headerBytes, header, attestation } = await readBlock(placeOf(logIndex).height);
      const { logSize, logRoot } = header;
      const signature = ed25519Sign(nodeSeed, coseReceiptInput(logRoot));
      return encodeLedgerReceipt({
        receipt: { size: logSize, index: logIndex, path: inclusionPath(logIndex, logSize, logNodesOf(index)), signature },
        header: headerBytes,
        attestation: { kind: 'node', signature: attestation },
      });
    },

    async prove(key, height = head.height): Promise<StateProof> {
      const { value, proof } = fromState(height, (root) => proveValue(nodes, root, key));
      const { headerBytes, attestation } = await readBlock(height);
      return { height, value, proof: encodeStateProof(headerBytes, attestation, encodeTreeProof(proof)) };
    },

    blocks: stream.subscribe,
    flush: () => index.flush(),

    close() {
      closing ??= shutDown();
      return closing;
    },
  };
  return ledger;

  async function shutDown(): Promise<void> {
    await producer.stop();
    stream.end();
    try {
      await index.close();
      markClosed(options.directory);
    } finally {
      await storage.close();
      lock.release();
    }
  }

  function isLogIndex(logIndex: number): boolean {
    return Number.isSafeInteger(logIndex) && logIndex >= 0 && logIndex < head.logSize;
  }

  function placeOf(logIndex: number): { readonly height: number; readonly position: number } {
    const height = heightOfLogIndex(index, logIndex, head.height);
    return { height, position: logIndex - (height === 0 ? 0 : requireBlockEntry(index, height - 1).logSize) };
  }

  async function readBlock(height: number): Promise<Block> {
    const entry = blockEntry(index, height);
    if (!entry) throw new CodedException(codedError(engineErrors, 'engine.height-unknown', { data: { height } }));
    return unwrap(decodeBlock(await readPayload(storage, entry, height)));
  }

  async function readView(height: number): Promise<BlockView | undefined> {
    if (!blockEntry(index, height)) return undefined;
    const { header, hash, transactions, bytes } = await readBlock(height);
    const { time, previousHash, stateRoot, logSize, logRoot } = header;
    return {
      height,
      time,
      hash,
      previousHash,
      appHash: appHash(header),
      stateRoot,
      logSize,
      logRoot,
      proposer: toHex(header.proposer),
      transactions,
      bytes,
    };
  }

  /** Reads at a height whose nodes are kept. `engine.height-unknown`, `engine.height-pruned`, `engine.index-damaged`. */
  function fromState<T>(height: number, read: (root: LedgerState['root']) => T): T {
    const entry = blockEntry(index, height);
    if (!entry) throw new CodedException(codedError(engineErrors, 'engine.height-unknown', { data: { height } }));
    try {
      return read(entry.root);
    } catch (cause) {
      const code = height <= head.height - settings.retainHeights ? 'engine.height-pruned' : 'engine.index-damaged';
      throw new CodedException(codedError(engineErrors, code, { data: { height } }), { cause });
    }
  }
}

function headOf({ chainId, height, time, blockHash, root, log }: LedgerState): Head {
  const logRoot = frontierRoot(log);
  const stateRoot = stateRootOf(root);
  return {
    chainId,
    height,
    time,
    blockHash,
    appHash: appHash({ height, logSize: log.size, logRoot, stateRoot }),
    stateRoot,
    logSize: log.size,
    logRoot,
  };
}

/** The ledger on one machine, as the layers above see it. */
import { ed25519Sign } from '#ed25519';
import { codedError } from '../../base/errors.ts';
import { fail, type Result } from '../../base/result.ts';
import type { Committed, LedgerClient } from '../../ledger/client.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import { coseReceiptInput } from '../../ledger/receipts/cose-receipt.ts';
import { encodeLedgerReceipt } from '../../ledger/receipts/ledger-receipt.ts';
import { encodeStateProof } from '../../ledger/state/state-proof.ts';
import { checkTransactionWith } from '../../ledger/transaction/check.ts';
import { engineErrors } from '../disk/errors.ts';
import type { LedgerDisk } from '../disk/ledger-disk.ts';
import { recent } from '../disk/recent.ts';
import type { Recovery } from '../disk/recover.ts';
import { trustSource } from '../disk/trust/trust-bundle.ts';
import { signatureVerifier } from '../disk/signatures.ts';
import { embeddedStatus } from './engine-status.ts';
import { inLine } from './in-line.ts';
import { createMempool } from './mempool.ts';
import { defaults, type EmbeddedOptions } from './options.ts';
import { startProducer } from './producer.ts';

export interface EmbeddedLedger extends LedgerClient {
  readonly genesis: Genesis;
  readonly recovery: Recovery;
  /** Everything committed so far is in the index on disk too when it resolves (it is durable in the block file before that). */
  flush(): Promise<void>;
  keepFrom(ask: () => Promise<number>): () => void;
}

export function embeddedLedger(disk: LedgerDisk, options: EmbeddedOptions): EmbeddedLedger {
  const { chainId, proposer } = disk.genesis;
  const { nodeSeed } = options;
  const settings = { ...defaults, ...options };
  const verifySignature = signatureVerifier();
  const signatures = recent<Uint8Array>(1_024);
  const mempool = createMempool(settings.mempool);
  const inOrder = inLine();
  let closing: Promise<void> | undefined;
  const producer = startProducer({
    disk,
    mempool,
    nodeSeed,
    proposer,
    limits: settings.block,
    lingerMs: settings.lingerMs,
    blockIntervalMs: settings.blockIntervalMs,
    now: settings.now ?? Date.now,
  });

  return {
    chainId,
    genesis: disk.genesis,
    recovery: disk.recovery,
    head: disk.head,

    async submit(bytes): Promise<Result<Committed>> {
      if (closing) return fail(codedError(engineErrors, 'engine.closed'));
      if (producer.failure) return fail(producer.failure);
      if (!mempool.reserve(bytes.length)) return fail(codedError(engineErrors, 'engine.busy'));
      const checked = await inOrder(checkTransactionWith(bytes, chainId, verifySignature));
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

    block: disk.block,
    transaction: disk.transaction,
    transactionAt: disk.transactionAt,
    get: disk.get,

    async receipt(logIndex) {
      const { headerBytes, header, seal } = await disk.sealedHeader(disk.heightOf(logIndex));
      // One signature for all transactions of a block.
      const signature = signatures.get(header.height) ?? ed25519Sign(nodeSeed, coseReceiptInput(header.logRoot));
      signatures.put(header.height, signature);
      return encodeLedgerReceipt({
        receipt: { ...disk.inclusion(logIndex, header.height), signature },
        header: headerBytes,
        attestation: { kind: 'node', signature: seal },
      });
    },

    async prove(key, height = disk.head().height) {
      const { value, tree } = disk.proveTree(key, height);
      const { headerBytes, seal } = await disk.sealedHeader(height);
      return { height, value, proof: encodeStateProof(headerBytes, { kind: 'node', signature: seal }, tree) };
    },

    trustBundle: trustSource(disk).bundle,

    logNode: disk.logNode,
    engine: () => embeddedStatus(disk, mempool, settings.mempool, producer.failure),
    blocks: disk.blocks,
    flush: disk.flush,
    keepFrom: disk.keepFrom,

    close() {
      closing ??= producer.stop().then(disk.close);
      return closing;
    },
  };
}

/** The ledger of a CometBFT network, as the layers above see it. */
import { ed25519Sign, ed25519PublicKey } from '#ed25519';
import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, unwrap, type Result } from '../../base/result.ts';
import type { Committed, LedgerClient } from '../../ledger/client.ts';
import { ledgerErrors } from '../../ledger/errors.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import { coseReceiptInput } from '../../ledger/receipts/cose-receipt.ts';
import { encodeLedgerReceipt } from '../../ledger/receipts/ledger-receipt.ts';
import { encodeStateProof } from '../../ledger/state/state-proof.ts';
import { engineErrors } from '../disk/errors.ts';
import type { LedgerDisk } from '../disk/ledger-disk.ts';
import type { Recovery } from '../disk/recover.ts';
import { trustSource } from '../disk/trust/trust-bundle.ts';
import type { ConsensusHead } from './application/consensus-head.ts';
import type { LedgerApplication } from './application/ledger-application.ts';
import { attestations } from './attestations.ts';
import { broadcast } from './broadcast.ts';
import { consensusBlocks, type ConsensusBlocks } from './consensus-blocks.ts';
import { cometStatus } from './comet-status.ts';
import { readEarlierTrust } from './earlier-trust.ts';
import type { Unit } from './process/supervise.ts';
import type { RpcClient } from './rpc/client.ts';
import { signatureRecord } from './signature-record.ts';
import { suspicions } from './suspicion.ts';

export interface CometLedger extends LedgerClient {
  readonly genesis: Genesis;
  readonly recovery: Recovery;
  /** The consensus behind it: what light clients follow. */
  readonly consensus: ConsensusBlocks & { readonly head: ConsensusHead };
  flush(): Promise<void>;
  /** Resolves when the engine answers and this node has all blocks that its peers have; false when the signal aborts first. */
  current(signal: AbortSignal): Promise<boolean>;
  /** Of the engine to this ledger. */
  onCommit(head: ConsensusHead): void;
  onLine(line: string): void;
  onRunning(): void;
}

export interface CometParts {
  readonly disk: LedgerDisk;
  readonly application: LedgerApplication;
  readonly rpc: RpcClient;
  readonly unit: Unit;
  readonly directory: string;
  /** Public key of this node's own validator. */
  readonly validatorKey: Uint8Array;
  readonly issuerSeed: Uint8Array;
  /** Organisation whose machine has a node id; undefined: not known here. */
  readonly organisationOfPeer: (nodeId: string) => string | undefined;
  readonly note: (line: string) => void;
  readonly onError: (cause: unknown) => void;
  /** What is left to be closed at the very end. */
  release(): Promise<void>;
}

/** Transactions of this process that wait to be decided: fewer than the application can answer. */
export const WAITING = { transactions: 20_000, bytes: 64 << 20 } as const;
const POLL_MS = 100;
/** A transaction that is not decided after this long is looked at again, and sent again. */
const LOOK_AGAIN_MS = 10_000;
/** Blocks; fewer than the states that are kept. */
const LOOK_FOR_CHANGES = 1_000;

export function cometLedger(parts: CometParts): CometLedger {
  const { disk, application, rpc, unit } = parts;
  const issuer = ed25519PublicKey(parts.issuerSeed);
  const sending = broadcast(rpc);
  const blocks = consensusBlocks(rpc);
  const signatures = signatureRecord();
  const suspected = suspicions(rpc, Date.now);
  const attested = attestations({
    disk,
    blocks,
    consensusHeight: () => application.consensus.height,
    onCommit: signatures.look,
    onError: parts.onError,
  });
  const trust = trustSource(disk, {
    validatorsAt: async (height) => unwrap(await blocks.validatorsAt(height)),
    earlier: () => readEarlierTrust(parts.directory, disk.genesis),
  });
  let lookForChanges = 0;
  const again = setInterval(() => sending.sendAllAgain(), LOOK_AGAIN_MS);
  again.unref();
  let closing: Promise<void> | undefined;

  const isFull = (): boolean => sending.waiting.transactions >= WAITING.transactions || sending.waiting.bytes >= WAITING.bytes;

  async function submit(bytes: Uint8Array): Promise<Result<Committed>> {
    if (closing) return fail(codedError(engineErrors, 'engine.closed'));
    if (isFull()) return fail(codedError(engineErrors, 'engine.busy'));
    const checked = await application.check(bytes);
    if (!checked.ok) return checked;
    if (closing) return fail(codedError(engineErrors, 'engine.closed'));
    if (isFull()) return fail(codedError(engineErrors, 'engine.busy'));
    const { hash } = checked.value;
    if (sending.has(hash)) return fail(codedError(ledgerErrors, 'ledger.replayed'));
    const decided = application.decided(checked.value);
    sending.add(hash, bytes);
    const outcome = await decided;
    sending.remove(hash);
    return outcome;
  }

  const status = cometStatus({
    ...parts,
    signatures,
    waiting: () => ({ ...sending.waiting, limitTransactions: WAITING.transactions, limitBytes: WAITING.bytes }),
    misbehaviour: () => application.misbehaviour.toSorted((a, b) => b.time - a.time),
  });

  return {
    chainId: disk.genesis.chainId,
    genesis: disk.genesis,
    recovery: disk.recovery,
    consensus: {
      ...blocks,
      get head() {
        return application.consensus;
      },
    },
    head: disk.head,
    submit,
    block: disk.block,
    transaction: disk.transaction,
    transactionAt: disk.transactionAt,
    get: disk.get,

    async receipt(logIndex) {
      const height = disk.heightOf(logIndex);
      const { headerBytes, header } = await disk.sealedHeader(height);
      const attestation = await attested.of(height);
      const signature = ed25519Sign(parts.issuerSeed, coseReceiptInput(header.logRoot));
      return encodeLedgerReceipt({
        receipt: { ...disk.inclusion(logIndex, header.height), signature },
        header: headerBytes,
        attestation,
        ...(equalBytes(issuer, header.proposer) ? {} : { issuer }),
      });
    },

    async prove(key, height = disk.head().height) {
      const { value, tree } = disk.proveTree(key, height);
      const { headerBytes } = await disk.sealedHeader(height);
      return { height, value, proof: encodeStateProof(headerBytes, await attested.of(height), tree) };
    },

    trustBundle: trust.bundle,

    logNode: disk.logNode,
    engine: status.read,
    blocks: disk.blocks,
    flush: disk.flush,
    keepFrom: disk.keepFrom,

    async current(signal) {
      while (!signal.aborted) {
        const answer = await rpc.call('status');
        const sync = answer.ok ? (answer.value as { readonly sync_info?: { readonly catching_up?: unknown } }).sync_info : undefined;
        if (sync?.catching_up === false) return true;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      return false;
    },

    onCommit(head) {
      attested.committed(head.height);
      // Who the validators were can be told only while the state of that time is kept: whoever asks for the trust bundle may come later.
      if (disk.head().height >= lookForChanges && !closing) {
        lookForChanges = disk.head().height + LOOK_FOR_CHANGES;
        trust.bundle().catch(parts.onError);
      }
      for (const { organisation, height } of application.suspect(suspected.committed(head.height)))
        parts.note(`Validator ${organisation ?? 'of an unknown key'} proposed a block that follows from another ledger (consensus height ${height})`);
    },
    onLine: suspected.onLine,
    onRunning: sending.sendAllAgain,

    close() {
      closing ??= shutDown();
      return closing;
    },
  };

  async function shutDown(): Promise<void> {
    clearInterval(again);
    sending.close();
    await unit.stop();
    await attested.stop();
    application.close();
    rpc.close();
    await disk.close();
    await parts.release();
  }
}

/**
 * The application of a node that has no ledger yet and joins from a snapshot. It knows Info and the snapshot methods only. The engine brings
 * an app hash that its light client has verified; a snapshot that does not lead to it is not taken, a chunk that is not the one of the manifest is
 * fetched again from somebody else. When all is there and recomputed, the engine goes on to blocks: the first request about one ends this application
 * (`onJoined`), and the ledger's own takes its place.
 */
import { createHash } from 'node:crypto';
import { equalBytes } from '../../../base/bytes.ts';
import { codedError } from '../../../base/errors.ts';
import { CodedException, type CodedError, type Result } from '../../../base/result.ts';
import { appHash } from '../../../ledger/block/header.ts';
import type { AbciApplication } from '../../abci/application.ts';
import { ApplySnapshotChunkResult as Applied, OfferSnapshotResult as Offered, type RequestOfferSnapshot } from '../../abci/codec.ts';
import type { SnapshotReceiver } from '../../disk/snapshots/snapshot.ts';
import type { ConsensusHead } from './consensus-head.ts';
import { applicationErrors } from './errors.ts';
import { refusalOf } from './refusal.ts';
import { SNAPSHOT_FORMAT } from './snapshots.ts';

export interface JoiningOptions {
  readonly chainId: string;
  /** Begins to receive the snapshot of a manifest. */
  readonly receive: (manifest: Uint8Array) => Promise<Result<SnapshotReceiver>>;
  /** The ledger's files are there, and the engine knows that they are. Called once. */
  readonly onJoined: () => void;
  /** Told of senders whose snapshot or chunk did not hold. */
  readonly onRefused?: (refused: RefusedSender) => void;
}

export interface RefusedSender {
  /** The peer as the engine names it; undefined: it did not say who offered the snapshot. */
  readonly sender: string | undefined;
  readonly chunk: number | undefined;
  readonly error: CodedError;
}

const stillJoining = refusalOf(codedError(applicationErrors, 'cometbft.joining'));

export function joiningApplication({ chainId, receive, onJoined, onRefused = () => undefined }: JoiningOptions): AbciApplication {
  let receiver: SnapshotReceiver | undefined;
  let trusted: ConsensusHead | undefined;
  let joined: ConsensusHead | undefined;
  let ended = false;

  async function offer({ snapshot, appHash: trustedHash }: RequestOfferSnapshot): Promise<Offered> {
    if (!snapshot || snapshot.format !== SNAPSHOT_FORMAT) return Offered.REJECT_FORMAT;
    if (!equalBytes(createHash('sha256').update(snapshot.metadata).digest(), snapshot.hash)) return Offered.REJECT_SENDER;
    await receiver?.abort();
    receiver = undefined;
    const opened = await receive(Uint8Array.from(snapshot.metadata));
    if (!opened.ok) {
      onRefused({ sender: undefined, chunk: undefined, error: opened.error });
      return Offered.REJECT_SENDER;
    }
    if (opened.value.chunks !== snapshot.chunks || !equalBytes(appHash(opened.value.blockHash), trustedHash)) {
      await opened.value.abort();
      return Offered.REJECT;
    }
    receiver = opened.value;
    trusted = { height: Number(snapshot.height), changedAt: Number(snapshot.height), appHash: Uint8Array.from(trustedHash) };
    return Offered.ACCEPT;
  }

  async function finish(from: SnapshotReceiver): Promise<Applied> {
    const finished = await from.finish();
    receiver = undefined;
    if (finished.ok) {
      joined = trusted;
      return Applied.ACCEPT;
    }
    onRefused({ sender: undefined, chunk: undefined, error: finished.error });
    return Applied.REJECT_SNAPSHOT;
  }

  /** No answer: the connection ends, and with it this run of the engine. */
  async function notYet(): Promise<never> {
    if (joined && !ended) {
      ended = true;
      onJoined();
    }
    throw new CodedException(codedError(applicationErrors, joined ? 'cometbft.joined' : 'cometbft.out-of-order'));
  }

  return {
    info: async () => ({ data: chainId, lastBlockHeight: BigInt(joined?.height ?? 0), lastBlockAppHash: joined?.appHash ?? new Uint8Array(0) }),
    listSnapshots: async () => ({}),
    loadSnapshotChunk: async () => ({}),
    offerSnapshot: async (request) => ({ result: joined ? Offered.ABORT : await offer(request) }),

    async applySnapshotChunk({ index, chunk, sender }) {
      if (!receiver) return { result: Applied.ABORT };
      const added = await receiver.add(index, chunk);
      if (!added.ok) {
        onRefused({ sender, chunk: index, error: added.error });
        return { result: Applied.RETRY, refetchChunks: [index], rejectSenders: [sender] };
      }
      return { result: receiver.missing().length > 0 ? Applied.ACCEPT : await finish(receiver) };
    },

    // Asked for by whoever uses the engine's interface in the meantime.
    query: async () => stillJoining,
    checkTx: async () => (joined ? notYet() : stillJoining),
    initChain: notYet,
    prepareProposal: notYet,
    processProposal: notYet,
    finalizeBlock: notYet,
    commit: notYet,
  };
}

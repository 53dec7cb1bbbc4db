/**
 * What an application implements: one method for each method of ABCI 2.0. The server answers Echo and Flush by itself.
 *
 * An answer names only what differs from the protocol's defaults (0, empty). A method that throws ends the connection with an exception:
 * CometBFT treats that as fatal, so a refusal is an answer with a code, never a throw.
 *
 * Of one connection, the methods of `concurrentMethods` may run at the same time; every other starts when all before it have ended, and
 * nothing starts before it has. Answers keep the order of the requests either way. Connections do not wait for each other.
 */
import type * as abci from './codec.ts';

type Answer<T> = Promise<Partial<T>>;

export interface AbciApplication {
  info(request: abci.RequestInfo): Answer<abci.ResponseInfo>;
  query(request: abci.RequestQuery): Answer<abci.ResponseQuery>;

  checkTx(request: abci.RequestCheckTx): Answer<abci.ResponseCheckTx>;

  initChain(request: abci.RequestInitChain): Answer<abci.ResponseInitChain>;
  prepareProposal(request: abci.RequestPrepareProposal): Answer<abci.ResponsePrepareProposal>;
  processProposal(request: abci.RequestProcessProposal): Answer<abci.ResponseProcessProposal>;
  /** Asked only when the consensus parameters switch vote extensions on. */
  extendVote?(request: abci.RequestExtendVote): Answer<abci.ResponseExtendVote>;
  verifyVoteExtension?(request: abci.RequestVerifyVoteExtension): Answer<abci.ResponseVerifyVoteExtension>;
  finalizeBlock(request: abci.RequestFinalizeBlock): Answer<abci.ResponseFinalizeBlock>;
  commit(request: abci.RequestCommit): Answer<abci.ResponseCommit>;

  listSnapshots(request: abci.RequestListSnapshots): Answer<abci.ResponseListSnapshots>;
  offerSnapshot(request: abci.RequestOfferSnapshot): Answer<abci.ResponseOfferSnapshot>;
  loadSnapshotChunk(request: abci.RequestLoadSnapshotChunk): Answer<abci.ResponseLoadSnapshotChunk>;
  applySnapshotChunk(request: abci.RequestApplySnapshotChunk): Answer<abci.ResponseApplySnapshotChunk>;
}

export type MethodName = keyof AbciApplication;

/** They are small and order nothing. Answers that may be large are made one at a time, and not before the engine has taken the last. */
const concurrentMethods: ReadonlySet<string> = new Set(['echo', 'flush', 'info', 'checkTx']);

export const isConcurrent = (method: string): boolean => concurrentMethods.has(method);

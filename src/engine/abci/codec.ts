/** The protocol's messages. Everything that knows which library encodes them is here; fields are named as in `tendermint.abci`. */
import { Request, Response, type ResponseException } from 'cosmjs-types/tendermint/abci/types';
import { BinaryReader, BinaryWriter } from 'cosmjs-types/binary';

export {
  CheckTxType,
  MisbehaviorType,
  Request,
  Response,
  ResponseApplySnapshotChunk_Result as ApplySnapshotChunkResult,
  ResponseOfferSnapshot_Result as OfferSnapshotResult,
  ResponseProcessProposal_ProposalStatus as ProposalStatus,
} from 'cosmjs-types/tendermint/abci/types';
export type {
  CommitInfo,
  Event,
  ExecTxResult,
  Misbehavior,
  RequestApplySnapshotChunk,
  RequestCheckTx,
  RequestCommit,
  RequestExtendVote,
  RequestFinalizeBlock,
  RequestInfo,
  RequestInitChain,
  RequestListSnapshots,
  RequestLoadSnapshotChunk,
  RequestOfferSnapshot,
  RequestPrepareProposal,
  RequestProcessProposal,
  RequestQuery,
  RequestVerifyVoteExtension,
  ResponseApplySnapshotChunk,
  ResponseCheckTx,
  ResponseCommit,
  ResponseExtendVote,
  ResponseFinalizeBlock,
  ResponseInfo,
  ResponseInitChain,
  ResponseListSnapshots,
  ResponseLoadSnapshotChunk,
  ResponseOfferSnapshot,
  ResponsePrepareProposal,
  ResponseProcessProposal,
  ResponseQuery,
  ResponseVerifyVoteExtension,
  Snapshot,
  ValidatorUpdate,
} from 'cosmjs-types/tendermint/abci/types';

/** A request's name and its message: exactly one, whatever else the frame claims. */
export interface NamedRequest {
  readonly name: keyof Request;
  readonly message: unknown;
}

/**
 * Byte strings of the message are views of `frame`: a handler that keeps one for long copies it. Throws on anything that is not exactly one
 * known request.
 */
export function decodeRequest(frame: Uint8Array): NamedRequest {
  const named = Object.entries(Request.decode(readerOver(frame))).filter(([, message]) => message !== undefined);
  if (named.length !== 1) throw new RangeError(named.length === 0 ? 'the request is not one that is known' : 'the frame holds several requests');
  const [name, message] = named[0]!;
  return { name: name as keyof Request, message };
}

/** Framed: preceded by its length. */
export const encodeResponse = (response: Response): Uint8Array => Response.encode(response, BinaryWriter.create().fork()).ldelim().finish();

/** Framed, as an engine sends it. */
export const encodeRequest = (request: Request): Uint8Array => Request.encode(request, BinaryWriter.create().fork()).ldelim().finish();

export const decodeResponse = (frame: Uint8Array): Response => Response.decode(readerOver(frame));

export const exceptionResponse = (error: string): { readonly exception: ResponseException } => ({ exception: { error } });

/** The library's own constructor copies what it is given. */
function readerOver(bytes: Uint8Array): BinaryReader {
  const reader = new BinaryReader();
  reader.buf = bytes;
  reader.len = bytes.length;
  return reader;
}

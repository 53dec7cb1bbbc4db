/** From a request to its answer. */
import type { AbciApplication, MethodName } from './application.ts';
import { encodeResponse, Response, type NamedRequest } from './codec.ts';

/** Answers with every field at its default, which an application's answer is laid over. */
const blank = Response.fromPartial({
  info: {},
  initChain: {},
  query: {},
  checkTx: {},
  commit: {},
  listSnapshots: {},
  offerSnapshot: {},
  loadSnapshotChunk: {},
  applySnapshotChunk: {},
  prepareProposal: {},
  processProposal: {},
  extendVote: {},
  verifyVoteExtension: {},
  finalizeBlock: {},
});

/** Answers that say nothing beyond the defaults, as most do: encoded once. */
const blankFrames = new Map(Object.entries(blank).flatMap(([name, answer]) => (answer ? [[name, encodeResponse({ [name]: answer })]] : [])));
const flushFrame = encodeResponse({ flush: {} });

/** The framed answer. Rejects when the application does, and for a method that it does not have. */
export async function answerTo(application: AbciApplication, { name, message }: NamedRequest): Promise<Uint8Array> {
  if (name === 'flush') return flushFrame;
  if (name === 'echo') return encodeResponse({ echo: { message: (message as { readonly message: string }).message } });
  const method = application[name as MethodName] as ((request: unknown) => Promise<object>) | undefined;
  if (!method) throw new RangeError(`the application has no method ${name}`);
  const answer = await method.call(application, message);
  for (const _ in answer) return encodeResponse({ [name]: { ...blank[name], ...answer } });
  return blankFrames.get(name)!;
}

/** From a request to its answer. */
import type { AbciApplication, MethodName } from './application.ts';
import { Response, type NamedRequest } from './codec.ts';

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

/** Rejects when the application does, and for a method that it does not have. */
export async function answerTo(application: AbciApplication, { name, message }: NamedRequest): Promise<Response> {
  if (name === 'flush') return { flush: {} };
  if (name === 'echo') return { echo: { message: (message as { readonly message: string }).message } };
  const method = application[name as MethodName] as ((request: unknown) => Promise<object>) | undefined;
  if (!method) throw new RangeError(`the application has no method ${name}`);
  return { [name]: { ...blank[name], ...(await method.call(application, message)) } };
}

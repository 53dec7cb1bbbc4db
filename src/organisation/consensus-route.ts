/**
 * `POST /consensus`: what a light client asks of a CometBFT node, in CometBFT's own form (JSON-RPC 2.0), so that the engine of a node that joins can
 * verify the blocks of this one. Reads only, of blocks only; every answer is signed by validators and nobody has to believe this node.
 */
import type { FastifyInstance } from 'fastify';
import { readableMethods, type ConsensusBlocks, type ReadableMethod } from '../engine/cometbft/consensus-blocks.ts';

export const CONSENSUS_PATH = '/consensus';

const BODY_LIMIT = 4_096;
const PARAMETERS = ['height', 'page', 'per_page'] as const;

type Json = Readonly<Record<string, unknown>>;

/** Numbers, as JSON numbers or as the texts that CometBFT writes. */
function paramsOf(given: unknown): Readonly<Record<string, string>> {
  const params = (typeof given === 'object' && given !== null ? given : {}) as Json;
  return Object.fromEntries(PARAMETERS.flatMap((name) => (/^\d{1,16}$/.test(String(params[name])) ? [[name, String(params[name])]] : [])));
}

export async function consensusRoute(server: FastifyInstance, blocks: Pick<ConsensusBlocks, 'ask'>): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) => done(null, body));
    scope.post(CONSENSUS_PATH, async (request, reply) => {
      const { id, method, params } = requestOf(request.body);
      const isReadable = (readableMethods as readonly unknown[]).includes(method);
      const answer = isReadable ? await blocks.ask(method as ReadableMethod, paramsOf(params)) : undefined;
      const error = answer === undefined ? { code: -32_601, message: 'Method not found' } : answer.ok ? undefined : refusalOf(answer.error.message);
      const body = { jsonrpc: '2.0', id: typeof id === 'number' ? id : -1, ...(error ? { error } : { result: answer!.ok ? answer!.value : null }) };
      return reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(body));
    });
  });
}

const refusalOf = (why: string): Json => ({ code: -32_603, message: 'Internal error', data: why.slice(0, 300) });

function requestOf(body: unknown): Json {
  try {
    const parsed: unknown = JSON.parse(String(body));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Json) : {};
  } catch {
    return {};
  }
}

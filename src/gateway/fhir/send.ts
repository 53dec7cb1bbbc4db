import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etag, type Answer } from '../../fhir/interactions/answer.ts';

const compress = promisify(gzip);
/** Below this, compressing costs more than it saves. */
const COMPRESS_FROM_BYTES = 16_384;

export async function sendAnswer(request: FastifyRequest, reply: FastifyReply, base: string, answer: Answer): Promise<FastifyReply> {
  reply.code(answer.status);
  reply.header('cache-control', 'no-store');
  if (answer.version !== undefined) reply.header('etag', etag(answer.version));
  if (answer.lastModified !== undefined) reply.header('last-modified', new Date(answer.lastModified).toUTCString());
  if (answer.location !== undefined) reply.header('location', `${base}/${answer.location}`);
  if (answer.status === 401) reply.header('www-authenticate', 'Bearer');
  const { body } = answer;
  if (!body || answer.status === 204 || answer.status === 304) return reply.send();
  reply.header('content-type', 'application/fhir+json; charset=utf-8');
  if (body.length >= COMPRESS_FROM_BYTES && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding');
    return reply.send(await compress(body, { level: 1 }));
  }
  return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}

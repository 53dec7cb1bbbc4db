/**
 * A node towards logs and their monitors, in the words of C2SP: `/witness` is the submission and monitoring prefix of its witness
 * (tlog-witness), `/log` the read prefix of the ledger's own log (tlog-tiles: checkpoint and hash tiles; entries come from the explorer).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WitnessIdentity } from '../../contract/witnesses.ts';
import { MAX_REQUEST_BYTES } from '../../ledger/checkpoint/add-checkpoint.ts';
import { verifierKey } from '../../ledger/checkpoint/note-key.ts';
import type { LedgerClient } from '../../ledger/client.ts';
import type { Checkpoints } from '../../witness/checkpoints.ts';
import type { Witness } from '../../witness/witness.ts';
import { parseTilePath, tileOf } from './tiles.ts';

const TEXT = 'text/plain; charset=utf-8';

const bytesOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const missing = (reply: FastifyReply, what: string): FastifyReply => reply.code(404).type(TEXT).send(`${what}\n`);
const queryOf = (request: FastifyRequest, name: string): string => {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
};

/** `/witness/…` */
export async function witnessRoutes(app: FastifyInstance, witness: Witness): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_REQUEST_BYTES }, (_request, body, done) => done(null, body));
    scope.post('/witness/add-checkpoint', async (request, reply) => {
      const body = request.body instanceof Uint8Array ? new Uint8Array(request.body) : new Uint8Array(0);
      const answer = await witness.add(body);
      return reply.code(answer.status).type(answer.type).header('cache-control', 'no-store').send(bytesOf(answer.body));
    });
    scope.get('/witness', (): WitnessIdentity => ({
      name: witness.key.name,
      key: verifierKey(witness.key),
      logs: witness.all().map(({ checkpoint: { origin, size, block }, time }) => ({
        origin,
        size,
        height: block?.height ?? null,
        time: new Date(time * 1000).toISOString(),
      })),
    }));
    scope.get('/witness/checkpoint', (request, reply) => {
      const newest = witness.newest(queryOf(request, 'origin'));
      return newest ? reply.type(TEXT).send(bytesOf(newest.bytes)) : missing(reply, 'This witness has cosigned nothing of this origin.');
    });
    scope.get('/witness/split-views/:file', async (request, reply) => {
      const proof = await witness.splitView((request.params as { readonly file: string }).file);
      return proof ? reply.type('application/cbor').send(bytesOf(proof)) : missing(reply, 'There is no such proof.');
    });
  });
}

/** `/log/…` */
export function logRoutes(app: FastifyInstance, ledger: Pick<LedgerClient, 'head' | 'logNode'>, checkpoints: () => Checkpoints | undefined): void {
  app.get('/log/checkpoint', (_request, reply) => {
    const newest = checkpoints()?.newest();
    return newest ? reply.type(TEXT).header('cache-control', 'no-store').send(bytesOf(newest.bytes)) : missing(reply, 'There is no checkpoint yet.');
  });
  app.get('/log/tile/*', (request, reply) => {
    const tile = parseTilePath((request.params as { readonly '*': string })['*']);
    const bytes = tile && tileOf(tile, ledger.head().logSize, ledger.logNode);
    if (!bytes) return missing(reply, 'There is no such tile.');
    return reply.type('application/octet-stream').header('cache-control', 'public, max-age=31536000, immutable').send(bytesOf(bytes));
  });
}

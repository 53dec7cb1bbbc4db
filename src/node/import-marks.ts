/**
 * Files that were imported, by the SHA-256 of their bytes. A client that imports a file names its hash in a header; the mark is an
 * event in the same unit as the records, so a file is either in with its mark or not in at all, whenever the power goes.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import { accessErrors } from '../access/errors.ts';
import type { AccessPoint } from '../access/access-point.ts';
import { utf8 } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import type { EventDraft } from '../records/model.ts';
import type { RecordReader, RecordWriter } from '../records/ports.ts';
import { gatewayErrors } from '../gateway/errors.ts';
import { sendProblem } from './problem.ts';

export const IMPORT_MARK_HEADER = 'careledger-import';
const HASH = /^[0-9a-f]{64}$/;

const term = (sha256: string): string => `import\u0000${sha256}`;

const mark = (sha256: string, time: number): EventDraft => ({
  kind: 'marker',
  content: utf8(JSON.stringify({ marker: 'import', sha256, time: new Date(time).toISOString() })),
  time,
  patient: undefined,
  tokens: [term(sha256)],
});

export interface ImportMarks {
  /** The writer to hand to the interfaces: adds the mark of the request at hand to what it writes. */
  readonly writer: RecordWriter;
  addTo(server: FastifyInstance): void;
}

export function importMarks(writer: RecordWriter, now: () => number): ImportMarks {
  const current = new AsyncLocalStorage<{ sha256: string | undefined }>();
  return {
    writer: {
      append(unit) {
        const request = current.getStore();
        if (request?.sha256 === undefined || unit.versions.length === 0) return writer.append(unit);
        return writer.append({ ...unit, events: [...unit.events, mark(request.sha256, now())] });
      },
    },
    addTo(server) {
      server.addHook('onRequest', (request, _reply, done) => {
        const named = request.headers[IMPORT_MARK_HEADER];
        if (typeof named === 'string' && HASH.test(named)) current.run({ sha256: named }, done);
        else done();
      });
    },
  };
}

/** `GET /node/api/imports/:sha256` → `{ known }` for system and operator tokens. */
export function importRoutes(server: FastifyInstance, parts: { readonly access: AccessPoint; readonly reader: RecordReader }): void {
  server.get<{ Params: { sha256: string } }>('/node/api/imports/:sha256', async (request, reply) => {
    const principal = await parts.access.authenticate(request.headers.authorization);
    if (!principal.ok) return sendProblem(reply, principal.error);
    if (principal.value.role !== 'system' && principal.value.role !== 'operator') return sendProblem(reply, codedError(accessErrors, 'access.role'));
    const { sha256 } = request.params;
    if (!HASH.test(sha256)) return sendProblem(reply, codedError(gatewayErrors, 'gateway.bad-request', { message: 'Not a SHA-256 in hexadecimal.' }));
    const { events } = await parts.reader.events(['marker'], term(sha256), { limit: 1 });
    return reply.send({ known: events.length > 0 });
  });
}

/**
 * `GET /node/api/records/:type/:id/:version/receipt` and `…/content`: the receipt of any record version and the exact bytes it is about,
 * for whoever may prove it. `records.not-anchored` until the next anchor.
 */
import type { FastifyInstance } from 'fastify';
import type { AccessPoint } from '../access/access-point.ts';
import { codedError } from '../base/errors.ts';
import { fail, type Result } from '../base/result.ts';
import { touchedBy } from '../fhir/interactions/touched.ts';
import { gatewayErrors } from '../gateway/errors.ts';
import { jsonScope, type Answer, type BytesBody, type Handler } from '../gateway/json-scope.ts';
import { param } from '../gateway/parameters.ts';
import type { LogReader, RecordReader } from '../records/ports.ts';

export interface ReceiptDependencies {
  readonly organisation: string;
  readonly access: AccessPoint;
  readonly reader: RecordReader;
  readonly log: LogReader;
  readonly onError: (cause: unknown) => void;
}

export async function receiptRoutes(app: FastifyInstance, deps: ReceiptDependencies): Promise<void> {
  const { organisation, access, reader, log } = deps;
  const handler =
    (part: 'receipt' | 'content'): Handler =>
    async (request): Promise<Result<Answer>> => {
      const principal = await access.authenticate(request.headers.authorization);
      if (!principal.ok) return principal;
      const key = { type: param(request, 'type'), id: param(request, 'recordId') };
      const version = Number(param(request, 'version'));
      const asked = { action: 'prove', types: [key.type], custodian: organisation } as const;
      const decision = await access.decide(principal.value, asked);
      const stored = Number.isSafeInteger(version) && version > 0 ? await reader.readVersion('own', key, version, decision.visibility) : undefined;
      const receipt = stored && part === 'receipt' ? await log.receipt(stored.sequence) : undefined;
      if (receipt && !receipt.ok) return receipt;
      const body: BytesBody = receipt
        ? { bytes: receipt.value, type: 'application/cbor', fileName: `receipt-${organisation}-${stored!.sequence}.cbor` }
        : { bytes: stored?.content ?? new Uint8Array(0), type: 'application/json' };
      const what = part === 'receipt' ? 'Took a receipt' : 'Took the exact bytes of a record';
      const released = await access.release({
        principal: principal.value,
        request: asked,
        decision,
        through: 'node',
        touched: stored ? touchedBy([stored]) : [],
        what,
        answer: () => body,
      });
      // A look that found nothing is logged like one that did.
      if (!released.ok || stored) return released;
      return fail(codedError(gatewayErrors, 'gateway.not-found', { message: `There is no ${key.type}/${key.id} version ${version} here.` }));
    };
  await jsonScope(app, deps.onError, (scope) => {
    for (const part of ['receipt', 'content'] as const) scope.route('GET', `/node/api/records/:type/:recordId/:version/${part}`, handler(part));
  });
}

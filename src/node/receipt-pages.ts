/**
 * `GET /node/api/receipts?count=&after=`: every record version that is kept here, newest first, each with its exact bytes and its receipt,
 * a page at a time. For taking all receipts away at once, where one request per version would be slow. A page is CBOR
 * `{ versions: [{ type, id, version, content, receipt }], next? }`; `records.not-anchored` until the next anchor.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { encodeCbor, type Cbor } from '../base/cbor.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { touchedBy } from '../fhir/interactions/touched.ts';
import { gatewayErrors } from '../gateway/errors.ts';
import { jsonScope, type Answer, type BytesBody } from '../gateway/json-scope.ts';
import type { StoredVersion } from '../records/model.ts';
import type { LogReader } from '../records/ports.ts';
import type { ReceiptDependencies } from './receipts.ts';

const DEFAULT_COUNT = 50;
/** Contents of a page are in memory together: a hundred of the usual size are a few megabytes. */
const MAX_COUNT = 100;

interface Page {
  readonly limit: number;
  readonly after?: string;
}

function pageOf(request: FastifyRequest): Page | undefined {
  const { count, after } = request.query as Readonly<Record<string, unknown>>;
  if (count !== undefined && (typeof count !== 'string' || !/^[1-9]\d{0,3}$/.test(count))) return undefined;
  if (after !== undefined && typeof after !== 'string') return undefined;
  return { limit: Math.min(Number(count ?? DEFAULT_COUNT), MAX_COUNT), ...(after === undefined ? {} : { after }) };
}

async function withReceipts(log: LogReader, records: readonly StoredVersion[]): Promise<Result<readonly Cbor[]>> {
  const receipts = await Promise.all(records.map(({ sequence }) => log.receipt(sequence)));
  const versions: Cbor[] = [];
  for (const [at, { type, id, version, content }] of records.entries()) {
    const receipt = receipts[at]!;
    if (!receipt.ok) return receipt;
    versions.push({ type, id, version, content, receipt: receipt.value });
  }
  return ok(versions);
}

export async function receiptPageRoutes(app: FastifyInstance, { organisation, access, reader, log, onError }: ReceiptDependencies): Promise<void> {
  const handler = async (request: FastifyRequest): Promise<Result<Answer>> => {
    const principal = await access.authenticate(request.headers.authorization);
    if (!principal.ok) return principal;
    const page = pageOf(request);
    if (!page) return fail(codedError(gatewayErrors, 'gateway.bad-request', { message: `A page has 1 to ${MAX_COUNT} versions.` }));
    const asked = { action: 'prove', types: [], custodian: organisation } as const;
    const decision = await access.decide(principal.value, asked);
    const release = (records: readonly StoredVersion[], answer: () => BytesBody): Promise<Result<Answer>> =>
      access.release({
        principal: principal.value,
        request: asked,
        decision,
        through: 'node',
        touched: touchedBy(records),
        what: 'Took receipts with the exact bytes of records',
        answer,
      });
    if (decision.effect !== 'permit') return release([], () => ({ bytes: new Uint8Array(0), type: 'application/cbor' }));
    const { records, next } = await reader.history('own', {}, page, decision.visibility);
    const versions = await withReceipts(log, records);
    if (!versions.ok) return versions;
    return release(records, () => ({
      bytes: encodeCbor({ versions: versions.value, ...(next === undefined ? {} : { next }) }),
      type: 'application/cbor',
    }));
  };
  await jsonScope(app, onError, (scope) => scope.route('GET', '/node/api/receipts', handler));
}

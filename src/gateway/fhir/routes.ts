/** FHIR R4 over HTTP: one place where requests become calls and answers become responses. Nothing is decided here. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { codedError } from '../../base/errors.ts';
import { CodedException, fail, ok, type CodedError, type Result } from '../../base/result.ts';
import type { CallBody, FhirCall, FhirParts, Method } from '../../fhir/interactions/call.ts';
import { restErrors } from '../../fhir/interactions/errors.ts';
import { errorAnswer } from '../../fhir/interactions/outcome.ts';
import { perform } from '../../fhir/interactions/perform.ts';
import { acceptable, contentKind } from './negotiate.ts';
import { sendAnswer } from './send.ts';

export interface FhirRouteOptions {
  /** Path of the FHIR base on this server, e.g. `/fhir` or `/shared/<organisation>/fhir`. */
  readonly basePath: string;
  readonly parts: FhirParts;
  /** Largest body of a batch or transaction, and of anything else, in bytes. */
  readonly bundleLimit?: number;
  readonly resourceLimit?: number;
}

const DEFAULT_BUNDLE_LIMIT = 64 * 1024 * 1024;
const DEFAULT_RESOURCE_LIMIT = 16 * 1024 * 1024;
const MAX_URL = 65_536;
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** Registers the FHIR interface; every error under its base is an OperationOutcome. */
export async function fhirRoutes(app: FastifyInstance, options: FhirRouteOptions): Promise<void> {
  const { basePath, parts, bundleLimit = DEFAULT_BUNDLE_LIMIT, resourceLimit = DEFAULT_RESOURCE_LIMIT } = options;
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler(async (error, request, reply) =>
      sendAnswer(request, reply, parts.base, errorAnswer(codedFrom(error, request, limitOf(request)))),
    );
    // Bodies may be large: nobody sends one, and has it parsed, without a token. The interactions authenticate again, by themselves.
    scope.addHook('onRequest', async (request, reply) => {
      if (!WITH_BODY.has(request.method)) return;
      const principal = await parts.access.authenticate(header(request, 'authorization'));
      if (!principal.ok) await sendAnswer(request, reply, parts.base, errorAnswer(principal.error));
    });
    const limitOf = (request: FastifyRequest): number => (request.routeOptions.url === `${basePath}/*` ? resourceLimit : bundleLimit);
    const handler = async (request: FastifyRequest, reply: Parameters<typeof sendAnswer>[1]) => {
      const call = callOf(request, basePath);
      const result = call.ok ? await perform(parts, call.value) : call;
      const answer = result.ok ? result.value : errorAnswer(result.error);
      const allow = result.ok ? undefined : result.error.data?.['allow'];
      if (typeof allow === 'string') reply.header('allow', allow);
      return sendAnswer(request, reply, parts.base, answer);
    };
    const method = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'];
    const bundles = { method, handler, bodyLimit: bundleLimit };
    scope.route({ ...bundles, url: basePath, exposeHeadRoute: false });
    scope.route({ ...bundles, url: `${basePath}/`, exposeHeadRoute: false });
    scope.route({ method, handler, url: `${basePath}/*`, exposeHeadRoute: false, bodyLimit: resourceLimit });
  });
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

function callOf(request: FastifyRequest, basePath: string): Result<FhirCall> {
  const url = request.raw.url ?? '';
  if (url.length > MAX_URL) return fail(codedError(restErrors, 'rest.too-large', { message: `The address is longer than ${MAX_URL} characters.` }));
  const at = url.indexOf('?');
  const query = at < 0 ? '' : url.slice(at + 1);
  let path: string;
  try {
    path = decodeURIComponent((at < 0 ? url : url.slice(0, at)).slice(basePath.length)).replace(/^\/+/, '');
  } catch {
    return fail(codedError(restErrors, 'rest.unknown-route', { message: 'The address is not well-formed percent-encoding.' }));
  }
  const format = query.includes('_format') ? new URLSearchParams(query).get('_format') : null;
  const accepted = acceptable(header(request, 'accept'), format);
  if (!accepted.ok) return accepted;
  const body = bodyOf(request);
  if (!body.ok) return body;
  return ok({
    method: request.method as Method,
    path,
    query,
    authorization: header(request, 'authorization'),
    prefer: header(request, 'prefer'),
    ifMatch: header(request, 'if-match'),
    ifNoneMatch: header(request, 'if-none-match'),
    ifNoneExist: header(request, 'if-none-exist'),
    body: body.value,
  });
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function bodyOf(request: FastifyRequest): Result<CallBody | undefined> {
  const bytes = request.body as Buffer | undefined;
  if (!bytes || bytes.length === 0) return ok(undefined);
  // PATCH is told apart by its address, whatever it brings.
  if (request.method !== 'POST' && request.method !== 'PUT') return ok(undefined);
  const kind = contentKind(header(request, 'content-type'));
  if (!kind.ok) return kind;
  try {
    return ok({ kind: kind.value, text: decoder.decode(bytes) });
  } catch {
    return fail(codedError(restErrors, 'rest.not-utf8'));
  }
}

/** Errors that were thrown: by Fastify while reading the request, or by a part below. What they say about the inside stays inside. */
function codedFrom(error: unknown, request: FastifyRequest, limit: number): CodedError {
  if (error instanceof CodedException) return error;
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413)
    return codedError(restErrors, 'rest.too-large', {
      message: `The body is larger than the limit of ${limit.toLocaleString('en')} bytes at this address.`,
    });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return codedError(restErrors, 'rest.content-type');
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return codedError(restErrors, 'rest.header', { message: 'The request is malformed.' });
  request.log.error({ err: error }, 'FHIR request failed');
  return codedError(restErrors, 'rest.internal');
}

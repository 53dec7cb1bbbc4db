/** The HTTP server that a node and the hub have in common: limits, security headers, problem details, one way to listen and to stop. */
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { isIP } from 'node:net';
import fastifyCompress from '@fastify/compress';
import fastify, { type FastifyInstance } from 'fastify';
import { codedError } from '../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../base/result.ts';
import { codedFrom } from '../gateway/json-scope.ts';
import { nodeErrors } from './errors.ts';
import { sendProblem } from './problem.ts';
import { tlsOptions, type TlsMaterial } from './tls.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** A request that came through the door for this machine. */
    routeFromHere(request: IncomingMessage, response: ServerResponse): void;
  }
}

export interface HttpServerOptions {
  /** Origins whose pages may call this server (the hub's portal in the sandbox). */
  readonly allowedOrigins: readonly string[];
  /** Origins that a page from this server may call, beside its own. */
  readonly connectTo: readonly string[];
  /**
   * Names under which this server may be called, beside `localhost` and addresses; undefined: any. A page of another site whose name
   * was made to lead here ("DNS rebinding") is of one origin with this server for a browser, but still sends its own name.
   */
  readonly hosts?: readonly string[];
  /** HTTPS with this certificate; undefined: HTTP. */
  readonly tls?: TlsMaterial;
  /** People and programs elsewhere reach this server, by TLS or a proxy: this machine has a door of its own (`listenForThisMachine`). */
  readonly isPublic?: boolean;
  /** Told about errors that nobody expected. */
  readonly onError: (cause: unknown) => void;
}

const REQUEST_TIMEOUT_MS = 120_000;
const KEEP_ALIVE_MS = 30_000;
const MAX_BODY_BYTES = 16 << 20;
const COMPRESS_FROM_BYTES = 4096;
/** Above the FHIR interface's own limit of a query, so that the longer one is refused in FHIR's words. */
const MAX_HEADER_BYTES = 96 << 10;

/** Whether a `Host` header names this machine: by an address, as `localhost`, or by one of the names. */
export function isKnownHost(header: string, names: readonly string[]): boolean {
  const host = (/^(\[[0-9a-f:.]+\]|[^:/@]+)(?::\d{1,5})?$/i.exec(header)?.[1] ?? '').toLowerCase();
  return host.startsWith('[') || isIP(host) !== 0 || host === 'localhost' || host.endsWith('.localhost') || names.includes(host);
}

/** Bodies stay bytes: the routers parse, each by its own rules. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { tls, isPublic } = options;
  const shared = {
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: 512 },
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    logger: false,
    trustProxy: false,
  };
  const limits = { maxHeaderSize: MAX_HEADER_BYTES };
  const server = tls
    ? (fastify({ ...shared, https: { ...limits, ...tlsOptions(tls) } }) as unknown as FastifyInstance)
    : fastify({ ...shared, http: limits });
  const fromHere = new WeakSet<IncomingMessage>();
  server.decorate('routeFromHere', (request: IncomingMessage, response: ServerResponse) => {
    fromHere.add(request);
    server.routing(request, response);
  });
  void server.register(fastifyCompress, { encodings: ['gzip'], threshold: COMPRESS_FROM_BYTES, customTypes: /^application\/(?:fhir\+)?json/ });
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src ${["'self'", ...options.connectTo].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

  const names = options.hosts?.map((name) => name.toLowerCase());
  server.decorateRequest('isFromHere', undefined);
  server.addHook('onRequest', async (request, reply) => {
    if (isPublic === true) request.isFromHere = fromHere.has(request.raw);
    const { host } = request.headers;
    if (names && host !== undefined && !isKnownHost(host, names)) return sendProblem(reply, codedError(nodeErrors, 'node.unknown-host'));
    void reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': policy,
      'cross-origin-opener-policy': 'same-origin',
    });
    const origin = request.headers.origin;
    if (origin === undefined) return;
    void reply.header('vary', 'Origin');
    if (!options.allowedOrigins.includes(origin)) return;
    void reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'ETag, Location, Last-Modified, Content-Location, Retry-After, X-Request-Id',
    });
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
    await reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers':
          'authorization, content-type, accept, if-match, if-none-match, if-none-exist, if-modified-since, prefer, cache-control, last-event-id',
        'access-control-max-age': '600',
      })
      .send();
  });

  server.setErrorHandler(async (error, _request, reply) => {
    const coded = codedFrom(error);
    if (coded.code === 'gateway.internal') options.onError(error);
    return sendProblem(reply, coded);
  });
  return server;
}

/** Whether the port could be listened on just now; `node.port-in-use` names it. */
export async function portIsFree(host: string, port: number): Promise<Result<void>> {
  const probe = net.createServer();
  try {
    await once(probe.listen({ host, port }), 'listening');
    return ok(undefined);
  } catch (cause) {
    return fail(listenError(host, port, cause as NodeJS.ErrnoException));
  } finally {
    await new Promise((resolve) => probe.close(resolve));
  }
}

/** Listens; `node.port-in-use` names the port. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<Result<void>> {
  try {
    await server.listen({ host, port });
    return ok(undefined);
  } catch (cause) {
    return fail(listenError(host, port, cause as NodeJS.ErrnoException));
  }
}

/** The door for this machine, when the server itself is for others: plain HTTP. `node.port-in-use`, `node.listen-failed`. */
export async function listenForThisMachine(
  server: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
  onError: (cause: unknown) => void,
): Promise<Result<{ readonly port: number; close(): Promise<void> }>> {
  const limits = { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  const door = http.createServer(limits, (request, response) => server.routeFromHere(request, response));
  try {
    await once(door.listen({ host, port }), 'listening');
  } catch (cause) {
    return fail(listenError(host, port, cause as NodeJS.ErrnoException));
  }
  door.on('error', onError);
  return ok({
    port: (door.address() as net.AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => door.close(resolve));
      door.closeAllConnections();
      await closed;
    },
  });
}

const listenError = (host: string, port: number, { code, message }: NodeJS.ErrnoException): CodedError =>
  code === 'EADDRINUSE'
    ? codedError(nodeErrors, 'node.port-in-use', { message: `Port ${port} is in use by another program.`, data: { port } })
    : codedError(nodeErrors, 'node.listen-failed', { message: `Cannot listen on ${host}:${port}: ${message}`, data: { host, port, cause: message } });

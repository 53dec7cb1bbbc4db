/**
 * A group of JSON routes. Handlers return an `Answer`; what is about health must be a `Released` one, so it was logged before: the scope
 * sends nothing else. Errors, thrown or returned, become problem details.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isReleased, openReleased, type Released } from '../access/release.ts';
import { codedError } from '../base/errors.ts';
import { CodedException, type CodedError, type Result } from '../base/result.ts';
import { gatewayErrors } from './errors.ts';
import { problemOf } from './problem.ts';

/** A body of its own kind, instead of JSON. */
export interface BytesBody {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly fileName?: string;
}

/** What carries nothing about anybody's health, and why that is so. */
export interface PublicAnswer {
  readonly public: string;
  readonly body: unknown;
  readonly status?: number;
}

export type Answer = Released<unknown> | PublicAnswer;
export type Handler = (request: FastifyRequest) => Promise<Result<Answer>>;
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface JsonScope {
  route(method: Method, url: string, handler: Handler, status?: number): void;
  readonly instance: FastifyInstance;
}

const BODY_LIMIT = 64 * 1024;

const isBytesBody = (value: unknown): value is BytesBody =>
  typeof value === 'object' && value !== null && (value as Partial<BytesBody>).bytes instanceof Uint8Array;

export function sendProblem(reply: FastifyReply, error: CodedError): FastifyReply {
  const problem = problemOf(error);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function send(reply: FastifyReply, body: unknown, status: number): FastifyReply {
  void reply.code(status).header('cache-control', 'no-store');
  if (!isBytesBody(body)) return reply.type('application/json').send(JSON.stringify(body));
  if (body.fileName !== undefined) void reply.header('content-disposition', `attachment; filename="${body.fileName}"`);
  return reply.type(body.type).send(Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength));
}

function sendAnswer(reply: FastifyReply, answer: unknown, status: number): FastifyReply {
  if (isReleased(answer)) return send(reply, openReleased(answer), status);
  const open = answer as Partial<PublicAnswer> | null;
  if (typeof open === 'object' && open !== null && typeof open.public === 'string') return send(reply, open.body, open.status ?? status);
  return sendProblem(reply, codedError(gatewayErrors, 'gateway.not-released'));
}

/** Thrown by a handler, a hook or Fastify itself. What it says about the inside stays inside. */
export function codedFrom(error: unknown): CodedError {
  if (error instanceof CodedException) return error;
  const { statusCode, message } = error as { readonly statusCode?: unknown; readonly message?: unknown };
  if (statusCode === 413) return codedError(gatewayErrors, 'gateway.too-large');
  if (statusCode === 415) return codedError(gatewayErrors, 'gateway.media-type');
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return codedError(gatewayErrors, 'gateway.bad-request', { message: String(message) });
  return codedError(gatewayErrors, 'gateway.internal');
}

/** `onError`: where unexpected errors are told. */
export async function jsonScope(app: FastifyInstance, onError: (cause: unknown) => void, routes: (scope: JsonScope) => void): Promise<void> {
  await app.register(async (instance) => {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) => {
      if (body === '') return done(null, undefined);
      try {
        done(null, JSON.parse(body as string) as unknown);
      } catch {
        done(new CodedException(codedError(gatewayErrors, 'gateway.bad-request', { message: 'The body is not well-formed JSON.' })));
      }
    });
    instance.setErrorHandler((error, _request, reply) => {
      const coded = codedFrom(error);
      if (coded.code === 'gateway.internal') onError(error);
      return sendProblem(reply, coded);
    });
    routes({
      instance,
      route(method, url, handler, status = 200) {
        instance.route({
          method,
          url,
          async handler(request, reply) {
            const result = await handler(request);
            return result.ok ? sendAnswer(reply, result.value, status) : sendProblem(reply, result.error);
          },
        });
      },
    });
  });
}

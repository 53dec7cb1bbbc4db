/**
 * The channel's listening end: HTTPS with client certificates on a port of its own. A request passes, in this order: connection
 * certificate, form, recipient, sender = certificate, signature, time window and replay; only then a method sees it. The signed answer is
 * made after the method's promise has resolved, so what a method logs is durable before anything leaves.
 */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { codedError } from '../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../base/result.ts';
import { CHANNEL_PATH, decodeRequest, encodeAnswer, MAX_MESSAGE_BYTES, requestHash, type RequestPayload } from './envelope.ts';
import { networkErrors } from './errors.ts';
import type { ChannelIdentity } from './identity.ts';
import type { LeafKeeper } from './leaf-keeper.ts';
import { identifyPeer } from './peer.ts';
import { replayGuard } from './replay.ts';

export interface Call extends RequestPayload {
  /** The signed request as received, and its SHA-256. */
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

/** Answers with CBOR bytes, or an error that the peer may know. */
export type Method = (call: Call) => Promise<Result<Uint8Array>>;

export interface ChannelServer {
  /** The port it listens on. */
  readonly port: number;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Method names such as `record.read`. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly onError?: (cause: unknown) => void;
}

const MAX_CONNECTIONS = 256;
const MAX_RUNNING = 128;
const REQUEST_TIMEOUT = 30_000;
const IDLE_TIMEOUT = 60_000;
const RENEW_INTERVAL = 3600_000;

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_MESSAGE_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

export async function startChannelServer(identity: ChannelIdentity, leaves: LeafKeeper, options: ServerOptions): Promise<ChannelServer> {
  const { organisation, chainId, sign, directory, now } = identity;
  const guard = replayGuard(now);
  let running = 0;

  const accept = async (bytes: Uint8Array, socket: TLSSocket): Promise<Result<Call>> => {
    const peer = await identifyPeer(socket.getPeerX509Certificate(), directory, now());
    if (!peer.ok) return peer;
    const decoded = decodeRequest(bytes);
    if (!decoded.ok) return decoded;
    const { payload, signedBy } = decoded.value;
    if (payload.chainId !== chainId || payload.to !== organisation) return fail(codedError(networkErrors, 'network.wrong-recipient'));
    if (payload.from !== peer.value)
      return fail(codedError(networkErrors, 'network.wrong-recipient', { message: 'The sender is not the one of the certificate.' }));
    const member = await directory.activeMember(payload.from);
    if (!member.ok) return member;
    if (!signedBy(member.value.signingKey)) return fail(codedError(networkErrors, 'network.bad-signature'));
    const fresh = guard.accept(payload.from, payload.nonce, payload.issued, payload.expires);
    return fresh.ok ? ok({ ...payload, bytes, hash: requestHash(bytes) }) : fresh;
  };

  const run = async (call: Call): Promise<Result<Uint8Array>> => {
    const method = options.methods.get(call.method);
    if (!method) return fail(codedError(networkErrors, 'network.unknown-method'));
    if (running >= MAX_RUNNING) return fail(codedError(networkErrors, 'network.busy'));
    running++;
    try {
      return await method(call);
    } catch (cause) {
      options.onError?.(cause);
      return fail(codedError(networkErrors, 'network.failed'));
    } finally {
      running--;
    }
  };

  /** What could not be accepted is answered unsigned: there is nobody proven to sign for. */
  const refuse = (response: ServerResponse, status: number, error: CodedError) => {
    const text = JSON.stringify({ code: error.code, message: error.message });
    response.writeHead(status, { 'content-type': 'application/problem+json', connection: 'close' }).end(text);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'POST' || request.url !== CHANNEL_PATH) return refuse(response, 404, codedError(networkErrors, 'network.unknown-method'));
    const bytes = await readBody(request);
    if (!bytes) return refuse(response, 413, codedError(networkErrors, 'network.too-large'));
    const call = await accept(bytes, request.socket as TLSSocket);
    if (!call.ok) return refuse(response, 403, call.error);
    const result = await run(call.value);
    const error = result.ok ? undefined : { code: result.error.code, message: result.error.message };
    const answer = encodeAnswer(
      { request: call.value.hash, from: organisation, to: call.value.from, time: now(), error, body: result.ok ? result.value : new Uint8Array(0) },
      sign,
    );
    response.writeHead(200, { 'content-type': 'application/cbor', 'content-length': answer.length }).end(answer);
  };

  const leaf = leaves.current();
  const server: Server = createServer(
    {
      cert: leaf.certificate,
      key: leaf.privateKey,
      minVersion: 'TLSv1.3',
      requestCert: true,
      // Certificates hang on keys of the ledger, not on authorities that OpenSSL knows: `identifyPeer` decides.
      rejectUnauthorized: false,
      requestTimeout: REQUEST_TIMEOUT,
      headersTimeout: 10_000,
      keepAliveTimeout: IDLE_TIMEOUT,
    },
    (request, response) => {
      handle(request, response).catch((cause: unknown) => {
        options.onError?.(cause);
        response.destroy();
      });
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('tlsClientError', () => undefined);
  const renewal = setInterval(() => {
    const next = leaves.current();
    server.setSecureContext({ cert: next.certificate, key: next.privateKey, minVersion: 'TLSv1.3' });
  }, RENEW_INTERVAL);
  renewal.unref();
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(options.port, options.host, () => {
      server.off('error', failed);
      done();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: () =>
      new Promise((done) => {
        clearInterval(renewal);
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

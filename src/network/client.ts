/** The channel's calling end: keep-alive connections, the peer's certificate pinned to the ledger, signed requests, verified answers. */
import { Agent, request as httpsRequest } from 'node:https';
import { randomBytes } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { CHANNEL_PATH, encodeRequest, MAX_MESSAGE_BYTES, openAnswer, requestHash, type Actor, type AnswerPayload } from './envelope.ts';
import { networkErrors } from './errors.ts';
import type { ChannelIdentity } from './identity.ts';
import type { LeafKeeper } from './leaf-keeper.ts';
import { identifyPeer } from './peer.ts';

export interface Outgoing {
  readonly to: string;
  readonly method: string;
  readonly who: Actor;
  readonly purpose: string;
  /** 32 bytes, or undefined when no grant is meant. */
  readonly grant?: Uint8Array;
  readonly body: Uint8Array;
  /** Milliseconds; default 15 s. */
  readonly timeout?: number;
}

export interface Answered {
  readonly body: Uint8Array;
  /** The signed answer: a receipt of the peer for this request. */
  readonly receipt: Uint8Array;
  readonly request: Uint8Array;
  readonly answer: AnswerPayload;
}

export interface ChannelClient {
  /** The peer's own error codes, or `network.*`. */
  call(outgoing: Outgoing): Promise<Result<Answered>>;
  close(): void;
}

/** Where a peer's channel listens; undefined: not known. */
export type AddressBook = (organisation: string) => { readonly host: string; readonly port: number } | undefined;

const WINDOW = 30_000;
const DEFAULT_TIMEOUT = 15_000;
const MAX_SOCKETS = 8;

interface Exchange {
  readonly status: number;
  readonly bytes: Uint8Array;
}

export function channelClient(identity: ChannelIdentity, leaves: LeafKeeper, addresses: AddressBook): ChannelClient {
  const { organisation, chainId, sign, directory, now } = identity;
  // Sessions are not resumed, so that every connection shows its certificate.
  const agent = new Agent({ keepAlive: true, keepAliveMsecs: 15_000, maxSockets: MAX_SOCKETS, maxCachedSessions: 0, timeout: 50_000 });

  const exchange = async (to: string, bytes: Uint8Array, timeout: number): Promise<Result<Exchange>> => {
    const address = addresses(to);
    if (!address) return fail(codedError(networkErrors, 'network.unreachable', { message: `No address is known for ${to}.` }));
    const leaf = leaves.current();
    return new Promise((resolve) => {
      const unreachable = (cause: unknown) =>
        resolve(fail(codedError(networkErrors, 'network.unreachable', { data: { organisation: to, cause: (cause as Error).message } })));
      const outgoing = httpsRequest(
        {
          agent,
          host: address.host,
          port: address.port,
          path: CHANNEL_PATH,
          method: 'POST',
          cert: leaf.certificate,
          key: leaf.privateKey,
          minVersion: 'TLSv1.3',
          rejectUnauthorized: false,
          servername: '',
          timeout,
          headers: { 'content-type': 'application/cbor', 'content-length': bytes.length },
        },
        (response) => {
          const parts: Buffer[] = [];
          let size = 0;
          response.on('data', (part: Buffer) => {
            size += part.length;
            if (size > MAX_MESSAGE_BYTES) outgoing.destroy(new Error('the answer is over the size limit'));
            else parts.push(part);
          });
          response.on('end', () => resolve(ok({ status: response.statusCode ?? 0, bytes: Buffer.concat(parts, size) })));
          response.on('error', unreachable);
        },
      );
      outgoing.on('error', unreachable);
      outgoing.on('timeout', () => outgoing.destroy(new Error('timed out')));
      const deadline = setTimeout(() => outgoing.destroy(new Error('timed out')), timeout);
      outgoing.on('close', () => clearTimeout(deadline));
      // Nothing is written before the peer is known to be the one on the ledger.
      outgoing.on('socket', (socket) => {
        const tls = socket as TLSSocket;
        const proceed = () => {
          identifyPeer(tls.getPeerX509Certificate(), directory, now()).then((peer) => {
            if (peer.ok && peer.value === to) {
              outgoing.end(bytes);
            } else {
              const error = peer.ok
                ? codedError(networkErrors, 'network.certificate', { message: `The address of ${to} answered as ${peer.value}.` })
                : peer.error;
              resolve(fail(error));
              outgoing.destroy();
            }
          }, unreachable);
        };
        if (tls.connecting || tls.getProtocol() === null) tls.once('secureConnect', proceed);
        else proceed();
      });
    });
  };

  return {
    async call({ to, method, who, purpose, grant, body, timeout = DEFAULT_TIMEOUT }) {
      const member = await directory.activeMember(to);
      if (!member.ok) return member;
      const issued = now();
      const payload = {
        chainId,
        from: organisation,
        to,
        method,
        who,
        purpose,
        grant: grant ?? new Uint8Array(0),
        nonce: new Uint8Array(randomBytes(16)),
        issued,
        expires: issued + WINDOW,
        body,
      };
      const request = encodeRequest(payload, sign);
      if (request.length > MAX_MESSAGE_BYTES) return fail(codedError(networkErrors, 'network.too-large'));
      const answered = await exchange(to, request, timeout);
      if (!answered.ok) return answered;
      const { status, bytes } = answered.value;
      if (status !== 200) return fail(refusalOf(bytes));
      const answer = openAnswer(bytes, { request: requestHash(request), from: to, to: organisation, signingKey: member.value.signingKey });
      if (!answer.ok) return answer;
      if (answer.value.error) return fail(answer.value.error);
      return ok({ body: answer.value.body, receipt: bytes, request, answer: answer.value });
    },
    close: () => agent.destroy(),
  };
}

/** An unsigned refusal is believed only as far as it is one of the channel's own codes. */
function refusalOf(bytes: Uint8Array) {
  try {
    const { code, message } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { code?: unknown; message?: unknown };
    if (typeof code === 'string' && Object.hasOwn(networkErrors, code)) {
      return codedError(networkErrors, code as keyof typeof networkErrors, { message: String(message).slice(0, 500) });
    }
  } catch {
    // Not a refusal of a node: falls through.
  }
  return codedError(networkErrors, 'network.failed');
}

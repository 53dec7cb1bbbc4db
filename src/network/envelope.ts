/**
 * Messages between nodes: deterministic CBOR, signed by the organisation's signing key on the ledger.
 *
 *   request  [payload, signature]   payload = { v, chainId, from, to, method, who, purpose, grant, nonce, issued, expires, body }
 *   answer   [payload, signature]   payload = { v, request, from, to, time, error, body }     request = SHA-256 of the request's bytes
 *
 * The signature is over `careledger/request/1` or `careledger/answer/1`, then the payload's bytes. A signed answer is a receipt: it
 * binds what was answered to what was asked. Times are milliseconds since 1970.
 */
import { ed25519Verify } from '#ed25519';
import { sha256 } from '#sha256';
import { concat, equalBytes, utf8 } from '../base/bytes.ts';
import { decodeCbor, encodeCbor, type Cbor } from '../base/cbor.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { hasExactly, isBytes, isUint } from '../base/shape.ts';
import { networkErrors } from './errors.ts';

/** On whose behalf a peer asks. */
export interface Actor {
  readonly id: string;
  readonly kind: 'person' | 'machine';
  readonly name: string;
  readonly role: string;
}

export interface RequestPayload {
  readonly chainId: string;
  readonly from: string;
  readonly to: string;
  readonly method: string;
  readonly who: Actor;
  readonly purpose: string;
  /** Id of the grant that the request rests on; empty when none. */
  readonly grant: Uint8Array;
  /** 16 random bytes. */
  readonly nonce: Uint8Array;
  readonly issued: number;
  readonly expires: number;
  /** CBOR of the method's own form. */
  readonly body: Uint8Array;
}

export interface AnswerPayload {
  /** SHA-256 of the request's bytes. */
  readonly request: Uint8Array;
  readonly from: string;
  readonly to: string;
  readonly time: number;
  /** Undefined: the method succeeded. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly body: Uint8Array;
}

export type Sign = (message: Uint8Array) => Uint8Array;

/** Path of the one resource of the channel. */
export const CHANNEL_PATH = '/careledger/1';
export const MAX_MESSAGE_BYTES = 16 << 20;
/** Longest time window of a request. */
export const MAX_WINDOW = 60_000;
const VERSION = 1;
const REQUEST_DOMAIN = utf8('careledger/request/1');
const ANSWER_DOMAIN = utf8('careledger/answer/1');

const malformed = (why: string) => fail(codedError(networkErrors, 'network.malformed', { message: `Not a message of the channel: ${why}.` }));
const isSlug = (value: unknown): value is string => typeof value === 'string' && /^[a-z][a-z0-9-]{0,63}$/.test(value);
const isText = (value: unknown, limit: number): value is string => typeof value === 'string' && value.length <= limit;

const seal = (domain: Uint8Array, payload: Cbor, sign: Sign): Uint8Array => {
  const bytes = encodeCbor(payload);
  return encodeCbor([bytes, sign(concat(domain, bytes))]);
};

function open(domain: Uint8Array, bytes: Uint8Array): Result<{ readonly payload: unknown; readonly signedBy: (key: Uint8Array) => boolean }> {
  if (bytes.length > MAX_MESSAGE_BYTES) return fail(codedError(networkErrors, 'network.too-large'));
  const envelope = decodeCbor(bytes);
  if (!envelope.ok) return malformed(envelope.error.message);
  if (!Array.isArray(envelope.value) || envelope.value.length !== 2) return malformed('not a payload and a signature');
  const [payload, signature] = envelope.value as unknown as readonly [unknown, unknown];
  if (!(payload instanceof Uint8Array) || !isBytes(signature, 64)) return malformed('not a payload and a signature');
  const decoded = decodeCbor(payload);
  if (!decoded.ok) return malformed(decoded.error.message);
  return ok({ payload: decoded.value, signedBy: (key) => ed25519Verify(key, concat(domain, payload), signature) });
}

export const requestHash = (bytes: Uint8Array): Uint8Array => sha256(bytes);

export const encodeRequest = (payload: RequestPayload, sign: Sign): Uint8Array =>
  seal(REQUEST_DOMAIN, { v: VERSION, ...payload, who: { ...payload.who } }, sign);

const REQUEST_KEYS = ['v', 'chainId', 'from', 'to', 'method', 'who', 'purpose', 'grant', 'nonce', 'issued', 'expires', 'body'] as const;

/** Form only; nothing is verified. `signedBy` checks the signature under a key. */
export function decodeRequest(bytes: Uint8Array): Result<{ readonly payload: RequestPayload; readonly signedBy: (key: Uint8Array) => boolean }> {
  const opened = open(REQUEST_DOMAIN, bytes);
  if (!opened.ok) return opened;
  const map = opened.value.payload;
  if (!hasExactly(map, REQUEST_KEYS) || map.v !== VERSION) return malformed('not the fields of a request');
  const { chainId, from, to, method, who, purpose, grant, nonce, issued, expires, body } = map;
  if (!isText(chainId, 64) || !isSlug(from) || !isSlug(to) || !isText(method, 64) || !isText(purpose, 64)) return malformed('a name is missing');
  if (!hasExactly(who, ['id', 'kind', 'name', 'role']) || !isText(who.id, 128) || !isText(who.name, 256) || !isText(who.role, 64))
    return malformed('it does not say who asks');
  if (who.kind !== 'person' && who.kind !== 'machine') return malformed('it does not say who asks');
  if (!(grant instanceof Uint8Array) || (grant.length !== 0 && grant.length !== 32)) return malformed('the grant is not an id');
  if (!isBytes(nonce, 16) || !isUint(issued) || !isUint(expires) || !(body instanceof Uint8Array))
    return malformed('nonce, times or body are missing');
  const actor: Actor = { id: who.id, kind: who.kind, name: who.name, role: who.role };
  return ok({ payload: { chainId, from, to, method, who: actor, purpose, grant, nonce, issued, expires, body }, signedBy: opened.value.signedBy });
}

export const encodeAnswer = (payload: AnswerPayload, sign: Sign): Uint8Array =>
  seal(ANSWER_DOMAIN, { v: VERSION, ...payload, error: payload.error === undefined ? null : { ...payload.error } }, sign);

export interface AnswerExpectation {
  readonly request: Uint8Array;
  readonly from: string;
  readonly to: string;
  readonly signingKey: Uint8Array;
}

/** The answer to exactly this request, by exactly this organisation; else `network.malformed`, `network.wrong-recipient`, `network.bad-signature`. */
export function openAnswer(bytes: Uint8Array, expected: AnswerExpectation): Result<AnswerPayload> {
  const opened = open(ANSWER_DOMAIN, bytes);
  if (!opened.ok) return opened;
  const map = opened.value.payload;
  if (!hasExactly(map, ['v', 'request', 'from', 'to', 'time', 'error', 'body']) || map.v !== VERSION) return malformed('not the fields of an answer');
  const { request, from, to, time, error, body } = map;
  if (!isBytes(request, 32) || !isSlug(from) || !isSlug(to) || !isUint(time) || !(body instanceof Uint8Array))
    return malformed('not the fields of an answer');
  if (error !== null && !(hasExactly(error, ['code', 'message']) && isText(error.code, 64) && isText(error.message, 1000)))
    return malformed('not the error of an answer');
  if (!opened.value.signedBy(expected.signingKey))
    return fail(codedError(networkErrors, 'network.bad-signature', { message: `The answer is not signed by ${expected.from}.` }));
  if (!equalBytes(request, expected.request) || from !== expected.from || to !== expected.to) {
    return fail(codedError(networkErrors, 'network.wrong-recipient', { message: 'The answer belongs to another request.' }));
  }
  return ok({ request, from, to, time, error: error === null ? undefined : (error as { code: string; message: string }), body });
}

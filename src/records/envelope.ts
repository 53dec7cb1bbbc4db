/**
 * What is inside a sealed entry: a header that says what it is, then the content byte for byte.
 *
 *   length of the header (4 bytes) ‖ header (JSON) ‖ content
 *
 * A version's header repeats everything that its rows say in keyed or plain form (and a digest of its index words), so that rows can be
 * checked against it; an event's header holds its search words.
 */
import { concat } from '../base/bytes.ts';
import { sha256 } from '#sha256';
import type { Origin, Space } from './model.ts';

export interface VersionHeader {
  readonly type: string;
  readonly id: string;
  readonly space: Space;
  readonly version: number;
  readonly deleted: boolean;
  readonly lastUpdated: number;
  readonly patient: string | undefined;
  readonly sortDate: number | undefined;
  /** `indexDigest` of the words that were written with it. */
  readonly index: Uint8Array;
  readonly origin: Origin | undefined;
}

export interface EventHeader {
  readonly time: number;
  readonly patient: string | undefined;
  /** Words, sorted. */
  readonly tokens: Uint8Array;
}

/** SHA-256 over the four sets of words of a version, each with its length. */
export function indexDigest(words: {
  readonly compartments: Uint8Array;
  readonly labels: Uint8Array;
  readonly tokens: Uint8Array;
  readonly edges: Uint8Array;
}): Uint8Array {
  const lengths = Buffer.allocUnsafe(16);
  [words.compartments, words.labels, words.tokens, words.edges].forEach((set, index) => lengths.writeUInt32BE(set.length, index * 4));
  return sha256(concat(lengths, words.compartments, words.labels, words.tokens, words.edges));
}

const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');

function envelope(header: object, content: Uint8Array): Uint8Array {
  const head = Buffer.from(JSON.stringify(header));
  const whole = Buffer.allocUnsafe(4 + head.length + content.length);
  whole.writeUInt32BE(head.length, 0);
  head.copy(whole, 4);
  whole.set(content, 4 + head.length);
  return whole;
}

function split(plaintext: Uint8Array): { header: Record<string, unknown>; content: Uint8Array } {
  const whole = Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.length);
  const end = 4 + whole.readUInt32BE(0);
  return { header: JSON.parse(whole.toString('utf8', 4, end)) as Record<string, unknown>, content: whole.subarray(end) };
}

export function wrapVersion(header: VersionHeader, content: Uint8Array): Uint8Array {
  const { origin } = header;
  return envelope(
    {
      t: header.type,
      i: header.id,
      s: header.space,
      v: header.version,
      d: header.deleted ? 1 : 0,
      u: header.lastUpdated,
      p: header.patient,
      n: header.sortDate,
      x: base64Url(header.index),
      o: origin && [origin.organisation, origin.sequence, base64Url(origin.blinder)],
    },
    content,
  );
}

export function unwrapVersion(plaintext: Uint8Array): { readonly header: VersionHeader; readonly content: Uint8Array } {
  const { header, content } = split(plaintext);
  const origin = header.o as [string, number, string] | undefined;
  return {
    header: {
      type: header.t as string,
      id: header.i as string,
      space: header.s as string,
      version: header.v as number,
      deleted: header.d === 1,
      lastUpdated: header.u as number,
      patient: header.p as string | undefined,
      sortDate: header.n as number | undefined,
      index: Buffer.from(header.x as string, 'base64url'),
      origin: origin && { organisation: origin[0], sequence: origin[1], blinder: new Uint8Array(Buffer.from(origin[2], 'base64url')) },
    },
    content,
  };
}

export const wrapEvent = (header: EventHeader, content: Uint8Array): Uint8Array =>
  envelope({ u: header.time, p: header.patient, x: header.tokens.length === 0 ? undefined : base64Url(header.tokens) }, content);

export function unwrapEvent(plaintext: Uint8Array): { readonly header: EventHeader; readonly content: Uint8Array } {
  const { header, content } = split(plaintext);
  return {
    header: {
      time: header.u as number,
      patient: header.p as string | undefined,
      tokens: Buffer.from((header.x as string | undefined) ?? '', 'base64url'),
    },
    content,
  };
}

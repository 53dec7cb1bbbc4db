/** The methods between nodes and the CBOR forms of their bodies. Every decoder checks form and limits and gives undefined otherwise. */
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { hasExactly, isBytes, isBytesUpTo, isUint } from '../../base/shape.ts';
import { MAX_LEDGER_RECEIPT_BYTES } from '../../ledger/receipts/ledger-receipt.ts';
import { MAX_TRANSACTION_BYTES } from '../../ledger/transaction/schema.ts';
import type { BatchEvidence } from '../custodian/copy-source.ts';
import { cursorOf, isProof, type SentProof } from './page.ts';
import { areWithdrawn, encodableWithdrawn, type WithdrawnRecord } from './withdrawn-record.ts';
import { parseTerms, type ShareTerms } from './share-terms.ts';
import type { Cursor, Subject } from '../stored-events.ts';
import type { Demographics } from '../terms.ts';

export const methods = {
  /** Custodian → grantee: a share was opened; grantee → custodian answers empty. */
  shareOpened: 'share.opened',
  shareClosed: 'share.closed',
  /** Grantee → custodian: one page of the whole record. */
  read: 'record.read',
  /** Grantee → custodian: receipt for a whole read. */
  received: 'record.received',
  /** Custodian → grantee: versions written since. */
  push: 'record.push',
  /** Custodian → grantee: records that the share no longer covers. */
  withdraw: 'record.withdraw',
  /** Grantee → custodian: paths of updates that have been anchored meanwhile. */
  prove: 'record.prove',
  /** Grantee → custodian: what shows that the batch of an entry is on the ledger. */
  evidence: 'record.evidence',
  /** Grantee → custodian: accesses to the copy. */
  report: 'access.report',
  /** Anybody → custodian: a clinician asks for a patient. */
  ask: 'access.ask',
  /** Custodian → grantee: give back a version. */
  restore: 'record.restore',
} as const;

const isText = (value: unknown, limit: number, least = 0): value is string =>
  typeof value === 'string' && value.length <= limit && value.length >= least;

function body(bytes: Uint8Array): unknown {
  const decoded = decodeCbor(bytes);
  return decoded.ok ? decoded.value : undefined;
}

export interface ShareOpened {
  readonly terms: ShareTerms;
  readonly blinder: Uint8Array;
  readonly subject: Subject;
}

export const encodeShareOpened = ({ terms, blinder, subject }: ShareOpened): Uint8Array =>
  encodeCbor({ terms: { ...terms, categories: [...terms.categories] }, blinder, subject: { ...subject } });

export function decodeShareOpened(bytes: Uint8Array): ShareOpened | undefined {
  const map = body(bytes);
  if (!hasExactly(map, ['terms', 'blinder', 'subject']) || !isBytes(map.blinder, 32)) return undefined;
  const terms = parseTerms(map.terms);
  const { subject } = map;
  if (!terms || !hasExactly(subject, ['name', 'family', 'given', 'birthDate', 'gender'])) return undefined;
  const { name, family, given, birthDate, gender } = subject;
  if (!isText(name, 256) || !isText(family, 128) || !isText(given, 128) || !isText(birthDate, 10) || !isText(gender, 16)) return undefined;
  return { terms, blinder: map.blinder, subject: { name, family, given, birthDate, gender } };
}

export const encodeRead = (read: { readonly patient: string; readonly after: string }): Uint8Array => encodeCbor({ ...read });

export function decodeRead(bytes: Uint8Array): { readonly patient: string; readonly after: string } | undefined {
  const map = body(bytes);
  if (!hasExactly(map, ['patient', 'after']) || !isText(map.after, 4096)) return undefined;
  return typeof map.patient === 'string' && /^[A-Za-z0-9.-]{1,64}$/.test(map.patient) ? { patient: map.patient, after: map.after } : undefined;
}

export interface ReceivedBody {
  readonly upTo: Cursor;
  readonly count: number;
  /** Position of the grantee's own entry about it. */
  readonly sequence: number;
}

export const encodeReceived = ({ upTo, count, sequence }: ReceivedBody): Uint8Array => encodeCbor({ upTo: { ...upTo }, count, sequence });

export function decodeReceived(bytes: Uint8Array): ReceivedBody | undefined {
  const map = body(bytes);
  if (!hasExactly(map, ['upTo', 'count', 'sequence'])) return undefined;
  const upTo = cursorOf(map.upTo);
  return upTo && isUint(map.count) && isUint(map.sequence) ? { upTo, count: map.count, sequence: map.sequence } : undefined;
}

export interface AskBody extends Demographics {
  readonly requestId: string;
  readonly reason: string;
}

export const encodeAsk = (ask: AskBody): Uint8Array => encodeCbor({ ...ask });

export function decodeAsk(bytes: Uint8Array): AskBody | undefined {
  const map = body(bytes);
  if (!hasExactly(map, ['requestId', 'reason', 'family', 'given', 'birthDate'])) return undefined;
  const { requestId, reason, family, given, birthDate } = map;
  if (!isText(requestId, 64, 16) || !isText(reason, 1000) || !isText(family, 128, 1) || !isText(given, 128, 1)) return undefined;
  return typeof birthDate === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(birthDate) ? { requestId, reason, family, given, birthDate } : undefined;
}

export const MAX_REPORTS = 100;

/** Contents of audit events, JSON as logged by the grantee. */
export const encodeReports = (contents: readonly Uint8Array[]): Uint8Array => encodeCbor([...contents]);

export function decodeReports(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const list = body(bytes);
  if (!Array.isArray(list) || list.length > MAX_REPORTS) return undefined;
  return list.every((item): item is Uint8Array => item instanceof Uint8Array && item.length <= 16_384) ? list : undefined;
}

export interface RestoreBody {
  /** Both empty when the custodian cannot tell any more: a sealed record says nothing without opening. */
  readonly type: string;
  readonly id: string;
  /** Position of the version in the custodian's log. */
  readonly sequence: number;
}

export const encodeRestore = (restore: RestoreBody): Uint8Array => encodeCbor({ ...restore });

export function decodeRestore(bytes: Uint8Array): RestoreBody | undefined {
  const map = body(bytes);
  if (!hasExactly(map, ['type', 'id', 'sequence']) || !isUint(map.sequence)) return undefined;
  return isText(map.type, 64) && isText(map.id, 64) && (map.type === '') === (map.id === '')
    ? { type: map.type, id: map.id, sequence: map.sequence }
    : undefined;
}

/** At least one record, at most `MAX_WITHDRAWN`. */
export const encodeWithdraw = (records: readonly WithdrawnRecord[]): Uint8Array => encodeCbor(encodableWithdrawn(records));

export function decodeWithdraw(bytes: Uint8Array): readonly WithdrawnRecord[] | undefined {
  const list = body(bytes);
  return areWithdrawn(list) ? list : undefined;
}

/** The grantee's answer: how many records it could show until now, and the position of its own entry about it (0: it had no need of one). */
export const encodeHidden = ({ hidden, sequence }: { readonly hidden: number; readonly sequence: number }): Uint8Array =>
  encodeCbor({ hidden, sequence });

/** The grantee's answer to pushed versions: how many it keeps, and the position of its own entry about it. */
export const encodeKept = ({ kept, sequence }: { readonly kept: number; readonly sequence: number }): Uint8Array => encodeCbor({ kept, sequence });

/** Content and blinder of a version that is given back. */
export const encodeOriginal = (original: { readonly content: Uint8Array; readonly blinder: Uint8Array }): Uint8Array => encodeCbor({ ...original });

export function decodeOriginal(bytes: Uint8Array): { readonly content: Uint8Array; readonly blinder: Uint8Array } | undefined {
  const map = body(bytes);
  if (!hasExactly(map, ['content', 'blinder']) || !(map.content instanceof Uint8Array) || !isBytes(map.blinder, 32)) return undefined;
  return { content: map.content, blinder: map.blinder };
}

/** A position in the custodian's log. */
export const encodeSequence = (sequence: number): Uint8Array => encodeCbor(sequence);

export function decodeSequence(bytes: Uint8Array): number | undefined {
  const sequence = body(bytes);
  return isUint(sequence) ? sequence : undefined;
}

export const MAX_SEQUENCES = 200;
export const encodeSequences = (sequences: readonly number[]): Uint8Array => encodeCbor([...sequences]);

export function decodeSequences(bytes: Uint8Array): readonly number[] | undefined {
  const list = body(bytes);
  return Array.isArray(list) && list.length <= MAX_SEQUENCES && list.every((each) => isUint(each)) ? (list as readonly number[]) : undefined;
}

/** One for each position that was asked for; null: not anchored yet. */
export const encodeProofs = (proofs: readonly (SentProof | null)[]): Uint8Array =>
  encodeCbor(proofs.map((proof) => (proof === null ? null : { ...proof })));

export function decodeProofs(bytes: Uint8Array): readonly (SentProof | null)[] | undefined {
  const list = body(bytes);
  return Array.isArray(list) && list.length <= MAX_SEQUENCES && list.every(isProof) ? (list as readonly (SentProof | null)[]) : undefined;
}

/** Null: there is none. */
export const encodeEvidence = (evidence: BatchEvidence | null): Uint8Array => encodeCbor(evidence && [evidence.anchor, evidence.ledger]);

export function decodeEvidence(bytes: Uint8Array): BatchEvidence | undefined {
  const list = body(bytes);
  if (!Array.isArray(list) || list.length !== 2) return undefined;
  const [anchor, ledger] = list as readonly unknown[];
  return isBytesUpTo(anchor, 2 * MAX_TRANSACTION_BYTES) && isBytesUpTo(ledger, MAX_LEDGER_RECEIPT_BYTES) ? { anchor, ledger } : undefined;
}

/**
 * The terms of a share: what patient, custodian and grantee agree on. The ledger holds a commitment to their deterministic CBOR, blinded
 * by random bytes that only the two organisations have.
 */
import { contentHash, commitment } from '../../ledger/proofs/commitment.ts';
import { encodeCbor } from '../../base/cbor.ts';
import { equalBytes, fromHex } from '../../base/bytes.ts';
import { hasExactly } from '../../base/shape.ts';
import { shareCategories, type ShareCategory, type SharePurpose } from '../../contract/portal.ts';

export interface ShareTerms {
  readonly v: 1;
  /** Hexadecimal, 32 random bytes. */
  readonly grantId: string;
  readonly custodian: string;
  readonly grantee: string;
  /** Id of the Patient record at the custodian. */
  readonly patient: string;
  readonly purpose: SharePurpose;
  readonly categories: readonly ShareCategory[];
  readonly includeSensitive: boolean;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Last day, in days since 1970-01-01 (UTC). */
  readonly lastDay: number;
  /** The access request that it answers; empty when none. */
  readonly requestId: string;
  /** The share that it takes the place of; empty when none. */
  readonly replaces: string;
}

const DAY = 86_400_000;

/** The first moment at which a share no longer holds. */
export const untilOf = (terms: Pick<ShareTerms, 'lastDay'>): number => (terms.lastDay + 1) * DAY;

/** Days since 1970 of `YYYY-MM-DD`; undefined when it is not a date. */
export function dayNumber(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date ? undefined : time / DAY;
}

export const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

export const termsCommitment = (terms: ShareTerms, blinder: Uint8Array): Uint8Array =>
  commitment(blinder, contentHash(encodeCbor({ ...terms, categories: [...terms.categories] })));

export const commitsTo = (onLedger: Uint8Array, terms: ShareTerms, blinder: Uint8Array): boolean =>
  equalBytes(onLedger, termsCommitment(terms, blinder));

const isText = (value: unknown, limit: number): value is string => typeof value === 'string' && value.length <= limit;
const isGrantId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

const FIELDS = [
  'v',
  'grantId',
  'custodian',
  'grantee',
  'patient',
  'purpose',
  'categories',
  'includeSensitive',
  'since',
  'lastDay',
  'requestId',
  'replaces',
] as const;

/** Terms from outside (a message, a stored event); undefined when they are not in form. */
export function parseTerms(value: unknown): ShareTerms | undefined {
  if (!hasExactly(value, FIELDS)) return undefined;
  const { v, grantId, custodian, grantee, patient, purpose, categories, includeSensitive, since, lastDay, requestId, replaces } = value;
  if (v !== 1 || !isGrantId(grantId) || !isText(custodian, 64) || !isText(grantee, 64) || !isText(patient, 64)) return undefined;
  if (purpose !== 'treatment' && purpose !== 'second-opinion') return undefined;
  if (!Array.isArray(categories) || categories.length === 0 || categories.length > shareCategories.length) return undefined;
  if (!categories.every((category): category is ShareCategory => (shareCategories as readonly unknown[]).includes(category))) return undefined;
  if (typeof includeSensitive !== 'boolean' || !Number.isSafeInteger(since) || !Number.isSafeInteger(lastDay)) return undefined;
  if (!isText(requestId, 64) || !isText(replaces, 64)) return undefined;
  return {
    v,
    grantId,
    custodian,
    grantee,
    patient,
    purpose,
    categories,
    includeSensitive,
    since: since as number,
    lastDay: lastDay as number,
    requestId,
    replaces,
  };
}

export const grantBytes = (grantId: string): Uint8Array => fromHex(grantId);

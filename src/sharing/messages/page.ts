/**
 * Records on their way from custodian to grantee: deterministic CBOR, encrypted to the grantee's HPKE key on the ledger, in a context
 * that names network, grant, parties, purpose and patient. Each version comes with the custodian's blinder, so that the grantee can check
 * it against the custodian's log, and, once anchored, with its path in a batch that is on the ledger.
 */
import { decodeCbor, encodeCbor, type Cbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { hasExactly, isBytes, isBytesUpTo, isUint } from '../../base/shape.ts';
import { MAX_BATCH_ENTRIES, MAX_BATCH_PATH } from '../../ledger/proofs/batch.ts';
import { hpkeOpen, hpkeSeal, type HpkeKeyPair } from '../../vault/hpke.ts';
import { sharingErrors } from '../errors.ts';
import { decodeSealed, encodeSealed } from './sealed.ts';
import type { ShareTerms } from './share-terms.ts';
import type { Cursor } from '../stored-events.ts';
import { areWithdrawn, encodableWithdrawn, isRecordId, isRecordType, type WithdrawnRecord } from './withdrawn-record.ts';

/** The place in a batch of the custodian's log, and what opens the batch's commitment. */
export interface SentProof {
  /** The batch's, 32 bytes. */
  readonly blinder: Uint8Array;
  readonly size: number;
  readonly index: number;
  /** Hashes, one after another. */
  readonly path: Uint8Array;
  /** Hash of the anchor transaction (32 bytes). */
  readonly anchor: Uint8Array;
}

export interface SentVersion {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly lastUpdated: number;
  readonly sequence: number;
  readonly blinder: Uint8Array;
  readonly content: Uint8Array;
  readonly proof: SentProof | null;
}

export interface RecordPage {
  readonly versions: readonly SentVersion[];
  /** Cursor of the next page; empty on the last. */
  readonly next: string;
  /** Records that the grantee may have from earlier and that the share does not cover any more. */
  readonly withdrawn: readonly WithdrawnRecord[];
  /** Where the copy stands after this page (the last one, when there are several). */
  readonly upTo: Cursor;
}

export const MAX_PAGE_VERSIONS = 2000;
const MAX_CONTENT = 8 << 20;

const context = (chainId: string, terms: ShareTerms): Uint8Array =>
  encodeCbor(['careledger/records/1', chainId, terms.grantId, terms.custodian, terms.grantee, terms.purpose, terms.patient, terms.lastDay]);

const malformed = (why: string) => fail(codedError(sharingErrors, 'sharing.malformed', { message: `Not a page of records: ${why}.` }));
const isText = (value: unknown, limit: number): value is string => typeof value === 'string' && value.length <= limit;

export function isProof(value: unknown): value is SentProof | null {
  if (value === null) return true;
  return (
    hasExactly(value, ['blinder', 'size', 'index', 'path', 'anchor']) &&
    isBytes(value.blinder, 32) &&
    isUint(value.size, MAX_BATCH_ENTRIES) &&
    isUint(value.index) &&
    value.index < value.size &&
    isBytesUpTo(value.path, 32 * MAX_BATCH_PATH) &&
    value.path.length % 32 === 0 &&
    isBytes(value.anchor, 32)
  );
}

const VERSION_KEYS = ['type', 'id', 'version', 'deleted', 'lastUpdated', 'sequence', 'blinder', 'content', 'proof'] as const;

function isVersion(value: unknown): value is SentVersion {
  if (!hasExactly(value, VERSION_KEYS)) return false;
  const { type, id, version, deleted, lastUpdated, sequence, blinder, content, proof } = value;
  return (
    isRecordType(type) &&
    isRecordId(id) &&
    isUint(version) &&
    version > 0 &&
    typeof deleted === 'boolean' &&
    isUint(lastUpdated) &&
    isUint(sequence) &&
    isBytes(blinder, 32) &&
    isBytesUpTo(content, MAX_CONTENT) &&
    isProof(proof)
  );
}

export const cursorOf = (value: unknown): Cursor | undefined =>
  hasExactly(value, ['sequence', 'time']) && isUint(value.sequence) && isUint(value.time)
    ? { sequence: value.sequence, time: value.time }
    : undefined;

/** `recipient` is the grantee's HPKE key on the ledger. */
export async function sealPage(recipient: Uint8Array, chainId: string, terms: ShareTerms, page: RecordPage): Promise<Result<Uint8Array>> {
  const sealed = await hpkeSeal(recipient, context(chainId, terms), new Uint8Array(0), encodePage(page));
  return sealed.ok ? ok(encodeSealed(sealed.value)) : sealed;
}

/** `withdrawn` is there only when it names something. */
export function encodePage({ versions, withdrawn, next, upTo }: RecordPage): Uint8Array {
  const plain = versions.map((each) => ({ ...each, proof: each.proof === null ? null : { ...each.proof } }));
  const names = withdrawn.length === 0 ? {} : { withdrawn: encodableWithdrawn(withdrawn) };
  return encodeCbor({ versions: plain, ...names, next, upTo: { ...upTo } } as unknown as Cbor);
}

/** `sharing.malformed`, `vault.hpke` when it was not sealed for us in this context. */
export async function openPage(keys: HpkeKeyPair, chainId: string, terms: ShareTerms, bytes: Uint8Array): Promise<Result<RecordPage>> {
  const sealed = decodeSealed(bytes);
  if (!sealed) return malformed('it is not sealed');
  const plain = await hpkeOpen(keys, context(chainId, terms), new Uint8Array(0), sealed);
  return plain.ok ? decodePage(plain.value) : plain;
}

/** `sharing.malformed` */
export function decodePage(plain: Uint8Array): Result<RecordPage> {
  const decoded = decodeCbor(plain);
  if (!decoded.ok) return malformed(decoded.error.message);
  const page = decoded.value;
  const names = hasExactly(page, ['versions', 'withdrawn', 'next', 'upTo']);
  if (!names && !hasExactly(page, ['versions', 'next', 'upTo'])) return malformed('fields are missing');
  if (!isText(page.next, 4096) || !Array.isArray(page.versions)) return malformed('fields are missing');
  const withdrawn = names ? page.withdrawn : [];
  if (names && !areWithdrawn(withdrawn)) return malformed('a withdrawn record is not in form');
  const upTo = cursorOf(page.upTo);
  if (!upTo) return malformed('it does not say how far it goes');
  if (page.versions.length > MAX_PAGE_VERSIONS || !page.versions.every(isVersion)) return malformed('a version is not in form');
  return ok({ versions: page.versions, withdrawn: withdrawn as readonly WithdrawnRecord[], next: page.next, upTo });
}

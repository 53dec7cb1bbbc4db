/**
 * Trust bundle: a file that leads from a ledger's genesis to its validators of today, and to the ledgers that it continues. Only the genesis has to
 * be believed; everything else in it is proven from there, so the file may come from anybody.
 *
 *   CBOR { type: "careledger/trust/1", genesis: bstr, changes: [ validator change: bstr, … ],
 *          previous: null | { bundle: bstr, header: bstr, attestation: bstr } }
 *
 * `previous` is the bundle of the ledger before, with the header of its last block, which the genesis names by hash, and that header's attestation.
 */
import { decodeCbor, encodeCbor, type Cbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { hasExactly, isBytesUpTo } from '../../base/shape.ts';
import { ledgerErrors } from '../errors.ts';
import { decodeGenesis } from '../genesis/decode-genesis.ts';
import type { Genesis } from '../genesis/genesis.ts';
import { decodeAttestation, encodeAttestation, MAX_ATTESTATION_BYTES, type Attestation } from './attestation.ts';
import { decodeValidatorChange, encodeValidatorChange, type ValidatorChange } from './validator-change.ts';

export interface TrustBundle {
  /** Bytes of the genesis. */
  readonly genesis: Uint8Array;
  readonly changes: readonly ValidatorChange[];
  readonly previous: PreviousLedger | null;
}

export interface PreviousLedger {
  readonly bundle: Uint8Array;
  /** Of its last block. */
  readonly header: Uint8Array;
  readonly attestation: Attestation;
}

export interface DecodedBundle extends TrustBundle {
  readonly decodedGenesis: Genesis;
}

export const MAX_BUNDLE_BYTES = 4_194_304;
const MAX_CHANGES = 4_096;
const TYPE = 'careledger/trust/1';

export const encodeTrustBundle = ({ genesis, changes, previous }: TrustBundle): Uint8Array =>
  encodeCbor({
    type: TYPE,
    genesis,
    changes: changes.map(encodeValidatorChange),
    previous: previous && previousMap(previous),
  });

const previousMap = ({ bundle, header, attestation }: PreviousLedger): Cbor => ({ bundle, header, attestation: encodeAttestation(attestation) });

/** What a ledger that goes on keeps of the one before, by itself. */
export const encodePreviousLedger = (previous: PreviousLedger): Uint8Array => encodeCbor(previousMap(previous));

/** A bundle with as many ledgers before its own as are wanted, or with all that it has: the oldest are left out. */
export function withLedgersBefore(bytes: Uint8Array, wanted: number): Uint8Array {
  const decoded = decodeTrustBundle(bytes);
  if (!decoded.ok || decoded.value.previous === null) return bytes;
  const { genesis, changes, previous } = decoded.value;
  const before = wanted > 0 ? { ...previous, bundle: withLedgersBefore(previous.bundle, wanted - 1) } : null;
  return encodeTrustBundle({ genesis, changes, previous: before });
}

/** Undefined when the bytes are of another form. */
export function decodePreviousLedger(bytes: Uint8Array): PreviousLedger | undefined {
  const decoded = bytes.length > MAX_BUNDLE_BYTES ? undefined : decodeCbor(bytes);
  return decoded?.ok ? previousOf(decoded.value) : undefined;
}

/** Whether the decoded value claims to be one: what a file is about. */
export const isTrustBundle = (value: unknown): boolean => typeof value === 'object' && value !== null && 'type' in value && value.type === TYPE;

/** `ledger.malformed`. Says nothing about whether it holds. */
export function decodeTrustBundle(bytes: Uint8Array): Result<DecodedBundle> {
  if (bytes.length > MAX_BUNDLE_BYTES) return malformed(`more than ${MAX_BUNDLE_BYTES} bytes`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!isTrustBundle(decoded.value) || !hasExactly(decoded.value, ['type', 'genesis', 'changes', 'previous']))
    return malformed('not the map of a trust bundle');
  const { genesis, changes: rows, previous } = decoded.value;
  if (!isBytesUpTo(genesis, MAX_BUNDLE_BYTES)) return malformed('there is no genesis');
  const decodedGenesis = decodeGenesis(genesis);
  if (!decodedGenesis.ok) return decodedGenesis;
  if (!Array.isArray(rows) || rows.length > MAX_CHANGES) return malformed(`the changes are not a list of at most ${MAX_CHANGES}`);
  const changes = rows.map((row) => (row instanceof Uint8Array ? decodeValidatorChange(row) : undefined));
  if (!changes.every((change) => change !== undefined)) return malformed('a change of the validators cannot be read');
  const before = previous === null ? null : previousOf(previous);
  if (before === undefined) return malformed('the ledger before cannot be read');
  return ok({ genesis, decodedGenesis: decodedGenesis.value, changes, previous: before });
}

function previousOf(value: unknown): PreviousLedger | undefined {
  if (!hasExactly(value, ['bundle', 'header', 'attestation'])) return undefined;
  const { bundle, header, attestation: attested } = value;
  if (!isBytesUpTo(bundle, MAX_BUNDLE_BYTES) || !isBytesUpTo(header, 1024) || !isBytesUpTo(attested, MAX_ATTESTATION_BYTES)) return undefined;
  const attestation = decodeAttestation(attested);
  return attestation.ok ? { bundle, header, attestation: attestation.value } : undefined;
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a trust bundle: ${why}.` }));

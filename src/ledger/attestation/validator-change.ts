/**
 * A change of the validators, as the old ones confirm it: the attestation of the block that made it also shows the hash of the validators after it.
 *
 *   validator change = CBOR [ header: bstr, attestation: bstr, [ [key: bstr(32), power], … ] ]
 */
import { equalBytes } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { isBytes, isBytesUpTo, isUint } from '../../base/shape.ts';
import { decodeHeader, headerHash, type Header } from '../block/header.ts';
import { MAX_VALIDATORS, type Validator } from '../light/light-block.ts';
import { inOrder, validatorSetHash, validatorSetProblem } from '../light/validator-set.ts';
import { attestationOutcomes } from './attestation-outcomes.ts';
import { decodeAttestation, encodeAttestation, MAX_ATTESTATION_BYTES, type Attestation } from './attestation.ts';
import { knownSet, type ValidatorTrust } from './trust.ts';

export interface ValidatorChange {
  /** Bytes of the header of the block that made the change. */
  readonly header: Uint8Array;
  readonly attestation: Attestation;
  /** From the consensus height after the attestation's on; in any order. */
  readonly validators: readonly Validator[];
}

export const MAX_CHANGE_BYTES = 1024 + MAX_ATTESTATION_BYTES + 64 * MAX_VALIDATORS;

/** Whether the block with this attestation changed the validators. */
export const changesValidators = (attestation: Attestation): boolean => attestation.kind === 'cometbft' && attestation.next.length > 0;

export const encodeValidatorChange = ({ header, attestation, validators }: ValidatorChange): Uint8Array =>
  encodeCbor([header, encodeAttestation(attestation), inOrder(validators).map(({ key, power }) => [key, power])]);

/** Undefined when the bytes are of another form. */
export function decodeValidatorChange(bytes: Uint8Array): ValidatorChange | undefined {
  const decoded = bytes.length > MAX_CHANGE_BYTES ? undefined : decodeCbor(bytes);
  if (!decoded?.ok || !Array.isArray(decoded.value) || decoded.value.length !== 3) return undefined;
  const [header, attested, rows] = decoded.value as unknown[];
  if (!isBytesUpTo(header, 1024) || !isBytesUpTo(attested, MAX_ATTESTATION_BYTES) || !Array.isArray(rows)) return undefined;
  const attestation = decodeAttestation(attested);
  if (!attestation.ok || rows.length > MAX_VALIDATORS || !rows.every(isValidatorRow)) return undefined;
  return { header, attestation: attestation.value, validators: rows.map(([key, power]) => ({ key, power })) };
}

const isValidatorRow = (row: unknown): row is readonly [Uint8Array, number] =>
  Array.isArray(row) && row.length === 2 && isBytes(row[0], 32) && isUint(row[1]) && row[1] > 0;

/** The trust with one more set, or a sentence when the trusted validators don't confirm the change. */
export function trustAfter(trust: ValidatorTrust, change: ValidatorChange): ValidatorTrust | string {
  const { attestation, validators } = change;
  const header = decodeHeader(change.header);
  if (!header.ok) return header.error.message;
  const at = `The change of the validators by block ${header.value.height}`;
  if (attestation.kind !== 'cometbft') return `${at} is not attested by validators.`;
  if (header.value.chainId !== trust.chainId) return `${at} is of the ledger ${header.value.chainId}.`;
  const wrong = changeProblem(trust, header.value, change.header, attestation);
  if (wrong !== undefined) return `${at}: ${wrong}`;
  const problem = validatorSetProblem(validators);
  if (problem !== undefined) return `${at}: ${problem}.`;
  if (!equalBytes(validatorSetHash(validators), attestation.next)) return `${at}: the validators are not the ones that were confirmed.`;
  return { ...trust, validators: [...trust.validators, knownSet(attestation.height + 1, validators)] };
}

function changeProblem(
  trust: ValidatorTrust,
  header: Header,
  bytes: Uint8Array,
  attestation: Attestation & { readonly kind: 'cometbft' },
): string | undefined {
  const newest = trust.validators.at(-1)!;
  if (attestation.height < newest.from) return 'it comes before one that is known already.';
  const outcomes = attestationOutcomes({ header, hash: headerHash(bytes), attestation }, trust);
  return [outcomes.trust, outcomes.block].find(({ state }) => state !== 'held')?.detail;
}

/**
 * State receipt: a key of the state had this value, or none, after a block. Self-contained: what `LedgerClient.prove` gives, with the question. A
 * `.cbor` file.
 *
 *   CBOR { type: "careledger/state-receipt/1", key: bstr, value: bstr | null, proof: bstr (state proof) }
 */
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { hasExactly, isBytesUpTo } from '../../base/shape.ts';
import { ledgerErrors } from '../errors.ts';
import { decodeStateProof, MAX_STATE_PROOF_BYTES, type StateProof } from '../state/state-proof.ts';

export interface StateReceipt {
  readonly key: Uint8Array;
  /** Undefined: the key had no value. */
  readonly value: Uint8Array | undefined;
  readonly proof: StateProof;
}

const MAX_KEY_BYTES = 1024;
const MAX_VALUE_BYTES = 1_048_576;
export const MAX_STATE_RECEIPT_BYTES = MAX_STATE_PROOF_BYTES + MAX_VALUE_BYTES + 2 * MAX_KEY_BYTES;
export const STATE_RECEIPT_TYPE = 'careledger/state-receipt/1';

/** `proof` as `LedgerClient.prove` gives it. */
export const encodeStateReceipt = (key: Uint8Array, value: Uint8Array | undefined, proof: Uint8Array): Uint8Array =>
  encodeCbor({ type: STATE_RECEIPT_TYPE, key, value: value ?? null, proof });

/** `ledger.malformed`, `ledger.bad-proof`. Says nothing about whether the receipt holds. */
export function decodeStateReceipt(bytes: Uint8Array): Result<StateReceipt> {
  if (bytes.length > MAX_STATE_RECEIPT_BYTES) return malformed(`more than ${MAX_STATE_RECEIPT_BYTES} bytes`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!hasExactly(decoded.value, ['type', 'key', 'value', 'proof']) || decoded.value.type !== STATE_RECEIPT_TYPE)
    return malformed('not the map of a state receipt');
  const { key, value, proof: proofBytes } = decoded.value;
  if (!isBytesUpTo(key, MAX_KEY_BYTES)) return malformed('it names no key');
  if (value !== null && !isBytesUpTo(value, MAX_VALUE_BYTES)) return malformed('the value is neither bytes nor none');
  if (!isBytesUpTo(proofBytes, MAX_STATE_PROOF_BYTES)) return malformed('there is no proof');
  const proof = decodeStateProof(proofBytes);
  return proof.ok ? ok({ key, value: value ?? undefined, proof: proof.value }) : proof;
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a state receipt: ${why}.` }));

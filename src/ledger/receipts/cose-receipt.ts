/**
 * COSE Receipt (RFC 9942) of inclusion in an RFC 9162 tree, SHA-256, signed with Ed25519:
 *
 *   18([ protected: << {1: -19, 395: 1} >>, unprotected: {396: {-1: [ << [size, index, [path…]] >> ]}}, payload: nil, signature ])
 *
 * The payload is detached: whoever verifies computes the root from the leaf, so a signature can't be checked over a root that the path
 * does not lead to. The protected bytes are fixed, the unprotected header holds exactly one proof; nothing else is accepted.
 */
import { equalBytes } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor, Tagged, tagged } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { isBytes, isBytesUpTo, isUint } from '../../base/shape.ts';
import { ledgerErrors } from '../errors.ts';
import { MAX_PATH_LENGTH } from '../proofs/merkle-log.ts';

export interface CoseReceipt {
  readonly size: number;
  readonly index: number;
  readonly path: readonly Uint8Array[];
  /** Ed25519 over `coseReceiptInput(root)`; 64 bytes. */
  readonly signature: Uint8Array;
}

const COSE_SIGN1 = 18;
const ALGORITHM = 1;
/** Ed25519, fully specified (RFC 9864). */
const ED25519 = -19;
const STRUCTURE = 395;
const RFC9162_SHA256 = 1;
const PROOFS = 396;
const INCLUSION = -1;
/** 54 hashes of 34 bytes and the numbers. */
const MAX_PROOF_BYTES = 2048;

const protectedHeader = (): Uint8Array =>
  encodeCbor(
    new Map([
      [ALGORITHM, ED25519],
      [STRUCTURE, RFC9162_SHA256],
    ]),
  );

/** What the signature is over: the Sig_structure of RFC 9052 §4.4 with the tree's root as payload. The same for every leaf of one tree. */
export const coseReceiptInput = (root: Uint8Array): Uint8Array => encodeCbor(['Signature1', protectedHeader(), new Uint8Array(0), root]);

export function encodeCoseReceipt({ size, index, path, signature }: CoseReceipt): Uint8Array {
  const proof = encodeCbor([size, index, path]);
  return encodeCbor(tagged(COSE_SIGN1, [protectedHeader(), new Map([[PROOFS, new Map([[INCLUSION, [proof]]])]]), null, signature]));
}

/** `ledger.malformed`. Says nothing about whether the receipt holds. */
export function decodeCoseReceipt(bytes: Uint8Array): Result<CoseReceipt> {
  const decoded = decodeCbor(bytes, { maps: true });
  if (!decoded.ok) return malformed(decoded.error.message);
  const sign1 = decoded.value;
  if (!(sign1 instanceof Tagged) || sign1.tag !== COSE_SIGN1 || !Array.isArray(sign1.value) || sign1.value.length !== 4)
    return malformed('not a tagged COSE_Sign1');
  const [header, unprotected, payload, signature] = sign1.value as unknown[];
  if (!isBytesUpTo(header, 64) || !equalBytes(header, protectedHeader())) return malformed('the protected header is not {1: -19, 395: 1}');
  if (payload !== null) return malformed('the payload is not detached');
  if (!isBytes(signature, 64)) return malformed('the signature is not 64 bytes');
  const proofs = onlyEntry(onlyEntry(unprotected, PROOFS), INCLUSION);
  if (!Array.isArray(proofs) || proofs.length !== 1 || !isBytesUpTo(proofs[0], MAX_PROOF_BYTES))
    return malformed('the unprotected header is not one inclusion proof');

  const proof = decodeCbor(proofs[0]);
  if (!proof.ok || !Array.isArray(proof.value) || proof.value.length !== 3) return malformed('the inclusion proof is not [size, index, path]');
  const [size, index, path] = proof.value as unknown[];
  if (!isUint(size) || !isUint(index) || index >= size) return malformed('the inclusion proof names no leaf of the tree');
  if (!Array.isArray(path) || path.length > MAX_PATH_LENGTH || !path.every((hash) => isBytes(hash, 32)))
    return malformed('the path is not a list of hashes');
  return ok({ size, index, path, signature });
}

/** The value of a map that has this one key and no other. */
const onlyEntry = (value: unknown, key: number): unknown => (value instanceof Map && value.size === 1 ? value.get(key) : undefined);

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a COSE receipt: ${why}.` }));

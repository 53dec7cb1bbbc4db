/**
 * What `LedgerClient.prove` gives: a proof about one key in the state tree, with the attested header that has the tree's root.
 *
 *   CBOR { v, header: bstr, attestation: bstr, tree: bstr }
 */
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { hasExactly, isBytesUpTo } from '../../base/shape.ts';
import { attestationOutcomes } from '../attestation/attestation-outcomes.ts';
import { decodeAttestation, encodeAttestation, MAX_ATTESTATION_BYTES, type Attestation } from '../attestation/attestation.ts';
import type { Trust } from '../attestation/trust.ts';
import { decodeHeader, headerHash, type Header } from '../block/header.ts';
import { ledgerErrors } from '../errors.ts';
import { decodeTreeProof, verifyTreeProof, type TreeProof } from './proof.ts';

export interface StateProof {
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly attestation: Attestation;
  readonly tree: TreeProof;
}

/** 256 siblings and an attestation. */
export const MAX_STATE_PROOF_BYTES = 32_768;
const VERSION = 1;

/** `tree` as `encodeTreeProof` gives it. */
export const encodeStateProof = (header: Uint8Array, attestation: Attestation, tree: Uint8Array): Uint8Array =>
  encodeCbor({ v: VERSION, header, attestation: encodeAttestation(attestation), tree });

/** `ledger.malformed`, `ledger.bad-proof`. Says nothing about whether the proof holds. */
export function decodeStateProof(bytes: Uint8Array): Result<StateProof> {
  if (bytes.length > MAX_STATE_PROOF_BYTES) return malformed(`more than ${MAX_STATE_PROOF_BYTES} bytes`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!hasExactly(decoded.value, ['v', 'header', 'attestation', 'tree'])) return malformed('not the map of a state proof');
  const { v, header: headerBytes, attestation: attested, tree: treeBytes } = decoded.value;
  if (v !== VERSION) return malformed('an unknown version');
  if (!isBytesUpTo(headerBytes, 1024) || !isBytesUpTo(attested, MAX_ATTESTATION_BYTES) || !isBytesUpTo(treeBytes, MAX_STATE_PROOF_BYTES))
    return malformed('header, attestation and tree are not byte strings within their limits');
  const header = decodeHeader(headerBytes);
  if (!header.ok) return header;
  const attestation = decodeAttestation(attested);
  if (!attestation.ok) return attestation;
  const tree = decodeTreeProof(treeBytes);
  return tree.ok ? ok({ header: header.value, headerBytes, attestation: attestation.value, tree: tree.value }) : tree;
}

/**
 * Whether `key` had `value` (undefined: had none) after the block whose header is returned. `ledger.malformed`, `ledger.bad-proof`.
 * Pure, never throws: runs in a browser. `../verify/state.ts` says the same as a report.
 */
export function verifyStateProof(proof: Uint8Array, key: Uint8Array, value: Uint8Array | undefined, trust: Trust): Result<Header> {
  const decoded = decodeStateProof(proof);
  if (!decoded.ok) return decoded;
  const { header, headerBytes, attestation, tree } = decoded.value;
  const outcomes = attestationOutcomes({ header, hash: headerHash(headerBytes), attestation }, trust);
  const wrong = [outcomes.trust, outcomes.block].find(({ state }) => state !== 'held');
  if (wrong) return fail(codedError(ledgerErrors, 'ledger.bad-proof', { message: `The state proof does not hold: ${wrong.detail}` }));
  const held = verifyTreeProof(header.stateRoot, key, value, tree);
  return held.ok ? ok(header) : held;
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a state proof: ${why}.` }));

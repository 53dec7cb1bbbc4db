/**
 * What `LedgerClient.prove` gives: a proof about one key in the state tree, with the attested header that has the tree's root.
 *
 *   CBOR { v, header: bstr, attestation: bstr(64), tree: bstr }
 */
import { equalBytes } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, type Result } from '../../base/result.ts';
import { decodeHeader, headerHash, verifyAttestation, type Header } from '../block/header.ts';
import { ledgerErrors } from '../errors.ts';
import { decodeTreeProof, verifyTreeProof } from './proof.ts';

/** Whom the verifier trusts: from the genesis, not from the server that gave the proof. */
export interface StateTrust {
  readonly chainId: string;
  readonly proposer: Uint8Array;
}

export const encodeStateProof = (header: Uint8Array, attestation: Uint8Array, tree: Uint8Array): Uint8Array =>
  encodeCbor({ v: 1, header, attestation, tree });

/**
 * Whether `key` had `value` (undefined: had none) after the block whose header is returned. `ledger.malformed`, `ledger.bad-proof`.
 * Pure, never throws: runs in a browser.
 */
export function verifyStateProof(proof: Uint8Array, key: Uint8Array, value: Uint8Array | undefined, trust: StateTrust): Result<Header> {
  const decoded = decodeCbor(proof);
  if (!decoded.ok) return decoded;
  const { v, header, attestation, tree } = (decoded.value ?? {}) as Record<string, unknown>;
  const isBytes = (part: unknown): part is Uint8Array => part instanceof Uint8Array;
  if (v !== 1 || !isBytes(header) || !isBytes(attestation) || !isBytes(tree) || Object.keys(decoded.value as object).length !== 4)
    return fail(codedError(ledgerErrors, 'ledger.malformed', { message: 'Not a state proof.' }));

  const head = decodeHeader(header);
  if (!head.ok) return head;
  if (head.value.chainId !== trust.chainId) return bad(`it is about the ledger ${head.value.chainId}`);
  if (!equalBytes(head.value.proposer, trust.proposer) || !verifyAttestation(headerHash(header), trust.proposer, attestation))
    return bad('the block is not attested by the node that is trusted');
  const treeProof = decodeTreeProof(tree);
  if (!treeProof.ok) return treeProof;
  const held = verifyTreeProof(head.value.stateRoot, key, value, treeProof.value);
  return held.ok ? head : held;
}

const bad = (why: string) => fail(codedError(ledgerErrors, 'ledger.bad-proof', { message: `The state proof does not hold: ${why}.` }));

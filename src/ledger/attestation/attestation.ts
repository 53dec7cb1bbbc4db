/**
 * Block attestation: who stands behind a block's header, in the form of the engine that made it. One file for each kind.
 *
 *   attestation = CBOR [1, signature: bstr(64)]                                       `node-attestation.ts`
 *               | CBOR [2, items of a commit proof…]          `cometbft-attestation.ts`
 */
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { cometBftAttestationOf, cometBftItems, type CometBftAttestation } from './cometbft-attestation.ts';
import { nodeAttestationOf, nodeItems, type NodeAttestation } from './node-attestation.ts';

export type Attestation = NodeAttestation | CometBftAttestation;

/** Votes of 128 validators take less. */
export const MAX_ATTESTATION_BYTES = 12_288;

const NODE = 1;
const COMETBFT = 2;

export const encodeAttestation = (attestation: Attestation): Uint8Array =>
  encodeCbor(attestation.kind === 'node' ? [NODE, ...nodeItems(attestation)] : [COMETBFT, ...cometBftItems(attestation)]);

/** `ledger.malformed`. Says nothing about whether it holds. */
export function decodeAttestation(bytes: Uint8Array): Result<Attestation> {
  if (bytes.length > MAX_ATTESTATION_BYTES) return malformed(`more than ${MAX_ATTESTATION_BYTES} bytes`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!Array.isArray(decoded.value)) return malformed('not a list');
  const [kind, ...items] = decoded.value as unknown[];
  if (kind !== NODE && kind !== COMETBFT) return malformed('an unknown kind of attestation');
  const attestation = kind === NODE ? nodeAttestationOf(items) : cometBftAttestationOf(items);
  return attestation ? ok(attestation) : malformed('the items are not those of its kind');
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a block attestation: ${why}.` }));

/** Attestation by one node (embedded engine): its signature over the header hash, under the header's own `proposer`. */
import type { Cbor } from '../../base/cbor.ts';
import { equalBytes, toHex } from '../../base/bytes.ts';
import { isBytes } from '../../base/shape.ts';
import { verifyAttestation, type Header } from '../block/header.ts';
import { failed, outcome, unchecked, type Outcome } from '../verify/report.ts';
import type { Trust } from './trust.ts';

export interface NodeAttestation {
  readonly kind: 'node';
  /** Ed25519 over the header hash; 64 bytes. */
  readonly signature: Uint8Array;
}

export const nodeItems = ({ signature }: NodeAttestation): readonly Cbor[] => [signature];

export const nodeAttestationOf = (items: readonly unknown[]): NodeAttestation | undefined =>
  items.length === 1 && isBytes(items[0], 64) ? { kind: 'node', signature: items[0] } : undefined;

export const nodeSignatureHolds = ({ signature }: NodeAttestation, header: Header, hash: Uint8Array): boolean =>
  verifyAttestation(hash, header.proposer, signature);

/** Whether the node is the trusted one. */
export function nodeTrustOutcome(header: Header, trust: Trust | undefined): Outcome {
  if (!trust) return unchecked('No ledger and no node key were given to compare with.');
  if (!('nodeKey' in trust)) return failed(`One node signed the block; ${trust.chainId} is attested by its validators.`);
  return outcome(
    equalBytes(header.proposer, trust.nodeKey),
    `Ledger ${trust.chainId}, node key ${toHex(trust.nodeKey)}.`,
    'The block is signed by another node key than the one given.',
  );
}

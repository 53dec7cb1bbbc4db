/**
 * Ledger receipt: a transaction is on the ledger.
 *
 *   CBOR { v: 1, receipt: bstr (COSE receipt over the transaction log), header: bstr (block header), attestation: { kind, signature } }
 *
 * The header is that of a block at which the transaction log has the receipt's size and root. It is kept as bytes, because its hash is
 * over the bytes. `attestation` depends on the engine; `node` is one node's signature over the header hash.
 */
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { hasExactly, isBytes, isBytesUpTo } from '../../base/shape.ts';
import { decodeHeader, type Header } from '../block/header.ts';
import { ledgerErrors } from '../errors.ts';
import { decodeCoseReceipt, encodeCoseReceipt, type CoseReceipt } from './cose-receipt.ts';

/** One node's Ed25519 signature over the header hash (64 bytes); the key is the header's proposer. */
export interface NodeAttestation {
  readonly kind: 'node';
  readonly signature: Uint8Array;
}

export interface LedgerReceipt {
  readonly receipt: CoseReceipt;
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly attestation: NodeAttestation;
}

/** Far above any honest receipt (about 1.5 kB), far below what costs anything to refuse. */
export const MAX_LEDGER_RECEIPT_BYTES = 8192;
const VERSION = 1;

export const encodeLedgerReceipt = (parts: {
  readonly receipt: CoseReceipt;
  readonly header: Uint8Array;
  readonly attestation: NodeAttestation;
}): Uint8Array =>
  encodeCbor({
    v: VERSION,
    receipt: encodeCoseReceipt(parts.receipt),
    header: parts.header,
    attestation: { kind: parts.attestation.kind, signature: parts.attestation.signature },
  });

/** `ledger.malformed`. Says nothing about whether the receipt holds. */
export function decodeLedgerReceipt(bytes: Uint8Array): Result<LedgerReceipt> {
  if (bytes.length > MAX_LEDGER_RECEIPT_BYTES) return malformed(`more than ${MAX_LEDGER_RECEIPT_BYTES} bytes`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  const map = decoded.value;
  if (!hasExactly(map, ['v', 'receipt', 'header', 'attestation'])) return malformed('not the map of a ledger receipt');
  if (map.v !== VERSION) return malformed('an unknown version');
  if (!isBytesUpTo(map.receipt, MAX_LEDGER_RECEIPT_BYTES) || !isBytesUpTo(map.header, MAX_LEDGER_RECEIPT_BYTES))
    return malformed('receipt and header are not byte strings');
  const { attestation } = map;
  if (!hasExactly(attestation, ['kind', 'signature']) || attestation.kind !== 'node' || !isBytes(attestation.signature, 64))
    return malformed('an unknown kind of attestation');
  const receipt = decodeCoseReceipt(map.receipt);
  if (!receipt.ok) return receipt;
  const header = decodeHeader(map.header);
  if (!header.ok) return header;
  return ok({
    receipt: receipt.value,
    header: header.value,
    headerBytes: map.header,
    attestation: { kind: 'node', signature: attestation.signature },
  });
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a ledger receipt: ${why}.` }));

/**
 * Ledger receipt: a transaction is on the ledger.
 *
 *   CBOR [1, receipt: bstr (COSE receipt over the transaction log), header: bstr (block header), attestation: bstr, issuer: bstr(0 | 32)]
 *
 * The header is that of a block at which the transaction log has the receipt's size and root. It is kept as bytes, because its hash is
 * over the bytes. `attestation` (`../attestation/attestation.ts`) depends on the engine. `issuer` is the key of the COSE signature; empty
 * where that is the block's own maker.
 */
import { equalBytes } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { isBytes, isBytesUpTo } from '../../base/shape.ts';
import { decodeAttestation, encodeAttestation, MAX_ATTESTATION_BYTES, type Attestation } from '../attestation/attestation.ts';
import { decodeHeader, type Header } from '../block/header.ts';
import { ledgerErrors } from '../errors.ts';
import { decodeCoseReceipt, encodeCoseReceipt, type CoseReceipt } from './cose-receipt.ts';

export interface LedgerReceipt {
  readonly receipt: CoseReceipt;
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly attestation: Attestation;
  /** Ed25519 key of the COSE signature: the header's proposer, or the node that gave the receipt. */
  readonly issuer: Uint8Array;
}

/** Far above any honest receipt (about 2 kB with four validators), far below what costs anything to refuse. */
export const MAX_LEDGER_RECEIPT_BYTES = MAX_ATTESTATION_BYTES + 4096;
const VERSION = 1;
const MAX_HEADER_BYTES = 1024;

const PROPOSER = new Uint8Array(0);

/** `issuer`: 32 bytes; left out when the block's maker signed the receipt. */
export const encodeLedgerReceipt = (parts: {
  readonly receipt: CoseReceipt;
  readonly header: Uint8Array;
  readonly attestation: Attestation;
  readonly issuer?: Uint8Array;
}): Uint8Array =>
  encodeCbor([VERSION, encodeCoseReceipt(parts.receipt), parts.header, encodeAttestation(parts.attestation), parts.issuer ?? PROPOSER]);

/** `ledger.malformed`. Says nothing about whether the receipt holds. */
export function decodeLedgerReceipt(bytes: Uint8Array): Result<LedgerReceipt> {
  if (bytes.length > MAX_LEDGER_RECEIPT_BYTES) return malformed(`more than ${MAX_LEDGER_RECEIPT_BYTES} bytes`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!Array.isArray(decoded.value) || decoded.value.length !== 5) return malformed('not the list of a ledger receipt');
  const [version, cose, headerBytes, attested, issuer] = decoded.value as unknown[];
  if (version !== VERSION) return malformed('an unknown version');
  if (!isBytesUpTo(cose, MAX_LEDGER_RECEIPT_BYTES) || !isBytesUpTo(headerBytes, MAX_HEADER_BYTES) || !isBytesUpTo(attested, MAX_ATTESTATION_BYTES))
    return malformed('receipt, header and attestation are not byte strings within their limits');
  if (!isBytes(issuer, 0) && !isBytes(issuer, 32)) return malformed('the issuer is not a key');
  const receipt = decodeCoseReceipt(cose);
  if (!receipt.ok) return receipt;
  const header = decodeHeader(headerBytes);
  if (!header.ok) return header;
  const attestation = decodeAttestation(attested);
  if (!attestation.ok) return attestation;
  // One form only: a key that is the proposer's is left out.
  if (equalBytes(issuer, header.value.proposer)) return malformed('the issuer is named although it is the block’s maker');
  return ok({
    receipt: receipt.value,
    header: header.value,
    headerBytes,
    attestation: attestation.value,
    issuer: issuer.length === 0 ? header.value.proposer : issuer,
  });
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a ledger receipt: ${why}.` }));

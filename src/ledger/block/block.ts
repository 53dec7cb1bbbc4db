/**
 * A block as it is stored and sent: header, transactions, seal. What hashes and signatures cover is the header; it covers the
 * transactions by their root.
 *
 *   block bytes = CBOR [ header: bstr, [ transaction: bstr ], seal: bstr ]
 *
 * The seal is the engine's own: the node's signature over the header hash (embedded), or where the block is in the consensus (CometBFT).
 */
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { decodeHeader, headerHash, type Header } from './header.ts';

/** Bytes of a block, at most. */
export const MAX_BLOCK_BYTES = 8_388_608;
export const MAX_BLOCK_TRANSACTIONS = 16_384;
export const MAX_SEAL_BYTES = 1_024;

export interface Block {
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  /** Hash of the header. */
  readonly hash: Uint8Array;
  /** Signed bytes of each transaction. */
  readonly transactions: readonly Uint8Array[];
  readonly seal: Uint8Array;
  readonly bytes: Uint8Array;
}

export const encodeBlock = (headerBytes: Uint8Array, transactions: readonly Uint8Array[], seal: Uint8Array): Uint8Array =>
  encodeCbor([headerBytes, transactions, seal]);

/** Form only: that the block is what its transactions make it is `execution/verify-block.ts`'s to say. `ledger.malformed`. */
export function decodeBlock(bytes: Uint8Array): Result<Block> {
  if (bytes.length > MAX_BLOCK_BYTES) return malformed(`it has ${bytes.length} bytes; the limit is ${MAX_BLOCK_BYTES}`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!Array.isArray(decoded.value) || decoded.value.length !== 3) return malformed('it is not [header, transactions, seal]');
  const [headerBytes, transactions, seal] = decoded.value as unknown[];
  if (!(headerBytes instanceof Uint8Array)) return malformed('the header is not a byte string');
  if (!(seal instanceof Uint8Array) || seal.length > MAX_SEAL_BYTES) return malformed(`the seal is not at most ${MAX_SEAL_BYTES} bytes`);
  if (!Array.isArray(transactions) || transactions.length > MAX_BLOCK_TRANSACTIONS || !transactions.every((item) => item instanceof Uint8Array))
    return malformed(`the transactions are not a list of at most ${MAX_BLOCK_TRANSACTIONS} byte strings`);
  const header = decodeHeader(headerBytes);
  if (!header.ok) return header;
  return ok({ header: header.value, headerBytes, hash: headerHash(headerBytes), transactions: transactions as Uint8Array[], seal, bytes });
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a block: ${why}.` }));

/**
 * What is kept of a block when its transactions are not: enough for receipts of all of them, and to notice a replay of any.
 *
 *   pruned block = CBOR [ header: bstr, [ transaction hash: bstr(32), … ], seal: bstr ]
 */
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { transactionHash } from '../transaction/transaction.ts';
import { MAX_BLOCK_TRANSACTIONS, MAX_SEAL_BYTES, type Block } from './block.ts';
import { decodeHeader, headerHash, type Header } from './header.ts';

export interface PrunedBlock {
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  /** Hash of the header. */
  readonly hash: Uint8Array;
  /** Of each transaction. */
  readonly transactions: readonly Uint8Array[];
  readonly seal: Uint8Array;
}

export const encodePrunedBlock = ({ headerBytes, transactions, seal }: Pick<PrunedBlock, 'headerBytes' | 'transactions' | 'seal'>): Uint8Array =>
  encodeCbor([headerBytes, transactions, seal]);

export const pruneBlock = ({ headerBytes, transactions, seal }: Block): Uint8Array =>
  encodePrunedBlock({ headerBytes, transactions: transactions.map(transactionHash), seal });

/** Form only. `ledger.malformed`. */
export function decodePrunedBlock(bytes: Uint8Array): Result<PrunedBlock> {
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  if (!Array.isArray(decoded.value) || decoded.value.length !== 3) return malformed('it is not [header, hashes, seal]');
  const [headerBytes, transactions, seal] = decoded.value as unknown[];
  if (!(headerBytes instanceof Uint8Array)) return malformed('the header is not a byte string');
  if (!(seal instanceof Uint8Array) || seal.length > MAX_SEAL_BYTES) return malformed(`the seal is not at most ${MAX_SEAL_BYTES} bytes`);
  const isHash = (item: unknown): boolean => item instanceof Uint8Array && item.length === 32;
  if (!Array.isArray(transactions) || transactions.length > MAX_BLOCK_TRANSACTIONS || !transactions.every(isHash))
    return malformed(`the transactions are not at most ${MAX_BLOCK_TRANSACTIONS} hashes`);
  const header = decodeHeader(headerBytes);
  return header.ok
    ? ok({ header: header.value, headerBytes, hash: headerHash(headerBytes), transactions: transactions as Uint8Array[], seal })
    : header;
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a pruned block: ${why}.` }));

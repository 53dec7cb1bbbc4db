/**
 * What a block may have, beyond CometBFT's own `block.max_bytes`. Part of the protocol: a validator does not vote for a block that has more,
 * so whoever proposes stays below.
 */
import { MAX_BLOCK_TRANSACTIONS } from '../../../ledger/block/block.ts';
import type { CheckedTransaction } from '../../../ledger/transaction/check.ts';

/** Some half a second of execution on a slow core. */
export const MAX_BLOCK_OPERATIONS = 16_384;

/** Room for the header and the lengths in a stored block of 8 MiB. */
export const MAX_BLOCK_TRANSACTION_BYTES = 8_388_608 - 131_072;

/** How much is in a block so far. */
export class Filling {
  private transactions = 0;
  private operations = 0;
  private bytes = 0;
  /** As the engine counts: with a tag and the length for each transaction. */
  private framedBytes = 0;
  private readonly framedLimit: number;

  constructor(framedLimit = Infinity) {
    this.framedLimit = framedLimit;
  }

  /** False: there is no room, and nothing was added. */
  add({ bytes: { length }, operations }: CheckedTransaction): boolean {
    const framed = 1 + varintBytes(length) + length;
    if (
      this.transactions >= MAX_BLOCK_TRANSACTIONS ||
      this.operations + operations.length > MAX_BLOCK_OPERATIONS ||
      this.bytes + length > MAX_BLOCK_TRANSACTION_BYTES ||
      this.framedBytes + framed > this.framedLimit
    )
      return false;
    this.transactions++;
    this.operations += operations.length;
    this.bytes += length;
    this.framedBytes += framed;
    return true;
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest /= 128) bytes++;
  return bytes;
}

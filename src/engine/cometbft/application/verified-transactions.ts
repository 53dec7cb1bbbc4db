/**
 * Decoding and signature checks, once per transaction: what CheckTx has verified is found again when it comes back in a proposal and in a
 * block. Bytes are copied before they are kept, for the engine's are views of what it sent.
 *
 * Found by the beginning of its signature, and then compared as a whole: as sure as a hash, at a tenth of the cost. A decoded transaction
 * takes several times its bytes, so only those are kept as a whole that have waited longest, for they come back first, and those of the newest
 * proposal; of the others only that their signature held, by their hash. All is bounded; what falls out is verified again.
 */
import { hash } from 'node:crypto';
import { Arena } from '../../../base/arena.ts';
import type { Result } from '../../../base/result.ts';
import { checkTransactionWith, type CheckedTransaction } from '../../../ledger/transaction/check.ts';
import type { VerifySignature } from '../../disk/signatures.ts';
import { beginningOf } from './hash-set.ts';

export interface VerifiedTransactions {
  /** From memory, or decoded and verified. The errors are those of `checkTransaction`. */
  check(bytes: Uint8Array): Result<CheckedTransaction> | Promise<Result<CheckedTransaction>>;
  /** The same for many. */
  checkAll(transactions: readonly Uint8Array[]): Promise<readonly Result<CheckedTransaction>[]>;
  /** They are in a proposal: found again as a whole, until another proposal comes. */
  expect(checked: readonly Result<CheckedTransaction>[]): void;
  /** They are in a block: they do not come back. */
  forget(checked: readonly Result<CheckedTransaction>[]): void;
}

export interface CacheLimits {
  /** Kept as a whole. */
  readonly transactions: number;
  /** Of those, as they are signed. */
  readonly bytes: number;
  /** Of those: decoded, each is some kilobyte, however few bytes it is signed in. */
  readonly operations: number;
  /** Of which only that they were verified is remembered. */
  readonly remembered: number;
}

/** Some 50 MiB together; room for the largest block and half of the next. */
const defaults: CacheLimits = { transactions: 8_000, bytes: 6 * 1024 * 1024, operations: 24_576, remembered: 60_000 };

/** Transactions that are kept share pieces of this length. */
const PIECE_BYTES = 65_536;

/** Blocks after which nobody counts on a transaction any more that was in none of them. */
const KEPT_BLOCKS = 16;

type Verified = Result<CheckedTransaction> & { readonly ok: true };

export function verifiedTransactions(chainId: string, verify: VerifySignature, limits: CacheLimits = defaults): VerifiedTransactions {
  const kept = new Map<number, { readonly checked: Verified; readonly since: number }>();
  /** Of the newest proposal. */
  let proposed = new Map<number, Verified>();
  const remembered = new Set<string>();
  const memory = new Arena(PIECE_BYTES);
  const underway = new Map<number, { readonly bytes: Uint8Array; readonly outcome: Promise<Result<CheckedTransaction>> }>();
  let keptBytes = 0;
  let keptOperations = 0;
  let blocks = 0;

  function keep(name: number, checked: Verified): void {
    drop(name);
    const { bytes, operations } = checked.value;
    const isRoom =
      kept.size < limits.transactions && keptBytes + bytes.length <= limits.bytes && keptOperations + operations.length <= limits.operations;
    if (!isRoom) return remember(bytes);
    kept.set(name, { checked, since: blocks });
    keptBytes += bytes.length;
    keptOperations += operations.length;
  }

  function remember(bytes: Uint8Array): void {
    remembered.add(hashOf(bytes));
    for (const oldest of remembered) {
      if (remembered.size <= limits.remembered) break;
      remembered.delete(oldest);
    }
  }

  function drop(name: number): void {
    const found = kept.get(name);
    if (!found) return;
    kept.delete(name);
    const { bytes, operations } = found.checked.value;
    keptBytes -= bytes.length;
    keptOperations -= operations.length;
  }

  function dropOld(): void {
    for (const [name, { checked, since }] of kept) {
      if (since > blocks - KEPT_BLOCKS) return;
      drop(name);
      remember(checked.value.bytes);
    }
  }

  async function verifyNow(name: number, bytes: Uint8Array): Promise<Result<CheckedTransaction>> {
    try {
      const wasVerified = remembered.size > 0 && remembered.delete(hashOf(bytes));
      const checked = await checkTransactionWith(bytes, chainId, wasVerified ? async () => true : verify);
      if (checked.ok) keep(name, checked);
      return checked;
    } finally {
      if (underway.get(name)?.bytes === bytes) underway.delete(name);
    }
  }

  function find(name: number, bytes: Uint8Array): Verified | Promise<Result<CheckedTransaction>> | undefined {
    const found = proposed.get(name) ?? kept.get(name)?.checked;
    if (found && areEqual(found.value.bytes, bytes)) return found;
    const pending = underway.get(name);
    return pending && areEqual(pending.bytes, bytes) ? pending.outcome : undefined;
  }

  const cache: VerifiedTransactions = {
    check(bytes) {
      const name = nameOf(bytes);
      const found = find(name, bytes);
      if (found) return found;
      const own = memory.copy(bytes);
      const outcome = verifyNow(name, own);
      underway.set(name, { bytes: own, outcome });
      return outcome;
    },
    async checkAll(transactions) {
      const checks = transactions.map(cache.check);
      const results: Result<CheckedTransaction>[] = [];
      for (const each of checks) results.push(each instanceof Promise ? await each : each);
      return results;
    },
    expect(checked) {
      proposed = new Map(checked.flatMap((each) => (each.ok ? [[nameOf(each.value.bytes), each]] : [])));
    },
    forget(checked) {
      for (const each of checked) if (each.ok) drop(nameOf(each.value.bytes));
      proposed = new Map();
      blocks++;
      dropOld();
    },
  };
  return cache;
}

const hashOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'latin1');

/** The platform's own comparison: transactions are long. */
const areEqual = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0;

/**
 * 48 bits of the signature, which stands behind the body: [body: bstr, signature: bstr(64), …], with the body's length in one byte or in two.
 * Whatever else the bytes may be, it is some number.
 */
function nameOf(bytes: Uint8Array): number {
  if (bytes[1] === 0x58) return beginningOf(bytes, bytes[2]! + 5);
  return beginningOf(bytes, bytes[1] === 0x59 ? ((bytes[2]! << 8) | bytes[3]!) + 6 : 0);
}

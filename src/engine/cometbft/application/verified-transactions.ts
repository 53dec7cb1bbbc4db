/**
 * Decoding and signature checks, once per transaction: what CheckTx has verified is found again when it comes back in a proposal and in a
 * block. Bounded; what falls out is verified again. Bytes are copied before they are kept, for the engine's are views of what it sent.
 */
import { hash } from 'node:crypto';
import type { Result } from '../../../base/result.ts';
import { checkTransactionWith, type CheckedTransaction } from '../../../ledger/transaction/check.ts';
import type { VerifySignature } from '../../disk/signatures.ts';

export interface VerifiedTransactions {
  /** From memory, or decoded and verified off the main thread. The errors are those of `checkTransaction`. */
  check(bytes: Uint8Array): Result<CheckedTransaction> | Promise<Result<CheckedTransaction>>;
  /** The same for all of a block. */
  checkAll(transactions: readonly Uint8Array[]): Promise<readonly Result<CheckedTransaction>[]>;
  /** They are in a block: they do not come back. */
  forget(transactions: readonly Uint8Array[]): void;
}

export interface CacheLimits {
  readonly transactions: number;
  readonly bytes: number;
}

/** Some 64 MiB with the decoded form beside the bytes. */
const defaults: CacheLimits = { transactions: 20_000, bytes: 24 * 1024 * 1024 };

export function verifiedTransactions(chainId: string, verify: VerifySignature, limits: CacheLimits = defaults): VerifiedTransactions {
  const kept = new Map<string, Result<CheckedTransaction> & { readonly ok: true }>();
  const underway = new Map<string, Promise<Result<CheckedTransaction>>>();
  let keptBytes = 0;

  function keep(name: string, checked: Result<CheckedTransaction> & { readonly ok: true }): void {
    kept.set(name, checked);
    keptBytes += checked.value.bytes.length;
    for (const oldest of kept.keys()) {
      if (kept.size <= limits.transactions && keptBytes <= limits.bytes) break;
      drop(oldest);
    }
  }

  function drop(name: string): void {
    const found = kept.get(name);
    if (!found) return;
    kept.delete(name);
    keptBytes -= found.value.bytes.length;
  }

  async function verifyNow(name: string, bytes: Uint8Array): Promise<Result<CheckedTransaction>> {
    try {
      const checked = await checkTransactionWith(bytes, chainId, verify);
      if (checked.ok) keep(name, checked);
      return checked;
    } finally {
      underway.delete(name);
    }
  }

  const cache: VerifiedTransactions = {
    check(bytes) {
      const name = nameOf(bytes);
      const found = kept.get(name) ?? underway.get(name);
      if (found) return found;
      const started = verifyNow(name, Uint8Array.from(bytes));
      underway.set(name, started);
      return started;
    },
    async checkAll(transactions) {
      const checks = transactions.map(cache.check);
      const results: Result<CheckedTransaction>[] = [];
      for (const each of checks) results.push(each instanceof Promise ? await each : each);
      return results;
    },
    forget(transactions) {
      for (const bytes of transactions) drop(nameOf(bytes));
    },
  };
  return cache;
}

const nameOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'base64url');

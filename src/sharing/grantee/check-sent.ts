/** Whether what a custodian sent is what it has committed to: the grantee's check, against its own view of the ledger. */
import { codedError } from '../../base/errors.ts';
import { CodedException, fail, ok, type Result } from '../../base/result.ts';
import type { LedgerClient } from '../../ledger/client.ts';
import { batchCommitment } from '../../ledger/proofs/batch.ts';
import { commitment, contentHash, leafHash } from '../../ledger/proofs/commitment.ts';
import { rootFromInclusion } from '../../ledger/proofs/merkle-log.ts';
import { decodeTransaction } from '../../ledger/transaction/transaction.ts';
import { toHex } from '../../base/bytes.ts';
import { sharingErrors } from '../errors.ts';
import { commitmentShown, type AskEvidence } from '../evidence.ts';
import type { IncomingShare } from './incoming-book.ts';
import type { SentProof, SentVersion } from '../messages/page.ts';

export interface SentCheck {
  /**
   * How many versions were proven against a batch on the ledger; the rest is not anchored yet. `sharing.commitment` names the first that
   * differs; errors of the channel where the custodian has to be asked for what shows its anchors (`evidence.ts`).
   */
  check(share: IncomingShare, versions: readonly SentVersion[]): Promise<Result<{ readonly proven: number }>>;
}

const HASH = 32;
const KEPT_ANCHORS = 1000;

export function sentCheck(ledger: Pick<LedgerClient, 'transaction' | 'trustBundle'>, ask: AskEvidence): SentCheck {
  /** Commitments of a custodian's batches (hexadecimal), by custodian and transaction. */
  const kept = new Map<string, ReadonlySet<string>>();

  const onLedger = async (custodian: string, hash: Uint8Array): Promise<ReadonlySet<string> | undefined> => {
    const transaction = await transactionHere(ledger, hash);
    const decoded = transaction && decodeTransaction(transaction.bytes);
    if (!decoded?.ok) return undefined;
    return new Set(
      decoded.value.operations.flatMap((operation) =>
        operation.op === 'anchors.anchor' && operation.org === custodian ? [toHex(operation.commitment)] : [],
      ),
    );
  };

  const commitments = async (share: IncomingShare, sequence: number, hash: Uint8Array): Promise<Result<ReadonlySet<string>>> => {
    const { custodian } = share.terms;
    const name = `${custodian}/${toHex(hash)}`;
    let found = kept.get(name) ?? (await onLedger(custodian, hash));
    if (!found) {
      const evidence = await ask(share, sequence);
      if (!evidence.ok) return evidence;
      const shown = evidence.value && (await commitmentShown(ledger, custodian, hash, evidence.value));
      if (!shown) return ok(new Set());
      found = new Set([toHex(shown)]);
    }
    if (kept.size >= KEPT_ANCHORS) kept.delete(kept.keys().next().value!);
    kept.set(name, found);
    return ok(found);
  };

  return {
    async check(share, versions) {
      const { custodian } = share.terms;
      let proven = 0;
      for (const { type, id, version, content, blinder, sequence, proof } of versions) {
        if (proof === null) continue;
        const claimed = batchOf(proof, leafHash(commitment(blinder, contentHash(content))));
        const anchored = claimed ? await commitments(share, sequence, proof.anchor) : ok(new Set<string>());
        if (!anchored.ok) return anchored;
        if (!claimed || !anchored.value.has(toHex(claimed))) {
          return fail(
            codedError(sharingErrors, 'sharing.commitment', {
              message: `${type}/${id} version ${version} is not what ${custodian} has committed to on the ledger.`,
              data: { custodian, record: `${type}/${id}/_history/${version}` },
            }),
          );
        }
        proven++;
      }
      return ok({ proven });
    },
  };
}

/** Undefined also where this node's ledger does not keep what is so old. */
async function transactionHere(ledger: Pick<LedgerClient, 'transaction'>, hash: Uint8Array) {
  try {
    return await ledger.transaction(hash);
  } catch (cause) {
    if (cause instanceof CodedException && cause.code === 'engine.block-pruned') return undefined;
    throw cause;
  }
}

/** The commitment that the proof leads to. */
function batchOf({ blinder, size, index, path }: SentProof, leaf: Uint8Array): Uint8Array | undefined {
  const hashes = Array.from({ length: path.length / HASH }, (_, i) => path.subarray(HASH * i, HASH * i + HASH));
  const root = rootFromInclusion({ leaf, index, size, path: hashes });
  return root && batchCommitment(blinder, size, root);
}

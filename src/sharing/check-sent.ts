/** Whether what a custodian sent is what it has committed to: the grantee's check, against its own view of the ledger. */
import { codedError } from '../base/errors.ts';
import { CodedException, fail, ok, type Result } from '../base/result.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { batchCommitment } from '../ledger/proofs/batch.ts';
import { commitment, contentHash, leafHash } from '../ledger/proofs/commitment.ts';
import { rootFromInclusion } from '../ledger/proofs/merkle-log.ts';
import { decodeTransaction } from '../ledger/transaction/transaction.ts';
import { toHex } from '../base/bytes.ts';
import { sharingErrors } from './errors.ts';
import type { SentProof, SentVersion } from './page.ts';

export interface SentCheck {
  /** How many versions were proven against a batch on the ledger; the rest is not anchored yet, or so old that this ledger can't tell. `sharing.commitment` names the first that differs. */
  check(custodian: string, versions: readonly SentVersion[]): Promise<Result<{ readonly proven: number }>>;
}

const HASH = 32;
const KEPT_ANCHORS = 1000;

export function sentCheck(ledger: Pick<LedgerClient, 'transaction'>): SentCheck {
  /** Commitments of a custodian's batches (hexadecimal), by custodian and transaction. */
  const kept = new Map<string, ReadonlySet<string>>();

  /** Undefined: this node's ledger does not keep transactions that are so old. */
  const commitments = async (custodian: string, anchor: Uint8Array): Promise<ReadonlySet<string> | undefined> => {
    const name = `${custodian}/${toHex(anchor)}`;
    const known = kept.get(name);
    if (known) return known;
    const found = new Set<string>();
    let transaction;
    try {
      transaction = await ledger.transaction(anchor);
    } catch (cause) {
      if (cause instanceof CodedException && cause.code === 'engine.block-pruned') return undefined;
      throw cause;
    }
    const decoded = transaction && decodeTransaction(transaction.bytes);
    if (decoded?.ok) {
      for (const operation of decoded.value.operations) {
        if (operation.op === 'anchors.anchor' && operation.org === custodian) found.add(toHex(operation.commitment));
      }
      if (kept.size >= KEPT_ANCHORS) kept.delete(kept.keys().next().value!);
      kept.set(name, found);
    }
    return found;
  };

  return {
    async check(custodian, versions) {
      let proven = 0;
      for (const { type, id, version, content, blinder, proof } of versions) {
        if (proof === null) continue;
        const claimed = batchOf(proof, leafHash(commitment(blinder, contentHash(content))));
        const onLedger = await commitments(custodian, proof.anchor);
        if (!onLedger) continue;
        if (!claimed || !onLedger.has(toHex(claimed))) {
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

/** The commitment that the proof leads to. */
function batchOf({ blinder, size, index, path }: SentProof, leaf: Uint8Array): Uint8Array | undefined {
  const hashes = Array.from({ length: path.length / HASH }, (_, i) => path.subarray(HASH * i, HASH * i + HASH));
  const root = rootFromInclusion({ leaf, index, size, path: hashes });
  return root && batchCommitment(blinder, size, root);
}

/** Whether what a custodian sent is what it has committed to: the grantee's check, against its own view of the ledger. */
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { commitment, contentHash, leafHash } from '../ledger/proofs/commitment.ts';
import { verifyInclusion } from '../ledger/proofs/merkle-log.ts';
import { decodeTransaction } from '../ledger/transaction/transaction.ts';
import { toHex } from '../base/bytes.ts';
import { sharingErrors } from './errors.ts';
import type { SentVersion } from './page.ts';

export interface SentCheck {
  /** How many versions were proven against an anchored head; the rest is not anchored yet. `sharing.commitment` names the first that differs. */
  check(custodian: string, versions: readonly SentVersion[]): Promise<Result<{ readonly proven: number }>>;
}

const HASH = 32;
const KEPT_ANCHORS = 1000;

export function sentCheck(ledger: Pick<LedgerClient, 'transaction'>): SentCheck {
  /** Anchored roots by transaction hash and organisation: size → root. */
  const kept = new Map<string, ReadonlyMap<number, Uint8Array>>();

  const heads = async (custodian: string, anchor: Uint8Array): Promise<ReadonlyMap<number, Uint8Array>> => {
    const name = `${custodian}/${toHex(anchor)}`;
    const known = kept.get(name);
    if (known) return known;
    const found = new Map<number, Uint8Array>();
    const transaction = await ledger.transaction(anchor);
    const decoded = transaction && decodeTransaction(transaction.bytes);
    if (decoded?.ok) {
      for (const operation of decoded.value.operations) {
        if (operation.op === 'anchors.anchor' && operation.org === custodian) found.set(operation.size, operation.root);
      }
      if (kept.size >= KEPT_ANCHORS) kept.delete(kept.keys().next().value!);
      kept.set(name, found);
    }
    return found;
  };

  return {
    async check(custodian, versions) {
      let proven = 0;
      for (const { type, id, version, content, blinder, sequence, proof } of versions) {
        if (proof === null) continue;
        const root = (await heads(custodian, proof.anchor)).get(proof.size);
        const leaf = leafHash(commitment(blinder, contentHash(content)));
        const path = Array.from({ length: proof.path.length / HASH }, (_, i) => proof.path.subarray(HASH * i, HASH * i + HASH));
        if (!root || !verifyInclusion({ leaf, index: sequence, size: proof.size, path, root })) {
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

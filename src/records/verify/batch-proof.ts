/** One stored batch against the ledger: number, first entry, leaves and place all have a part in it, so that none can change unnoticed. */
import { commitmentOf } from '../../anchoring/batch-commitment.ts';
import type { StoredBatch } from '../../anchoring/batch-table.ts';
import { anchorIn, decodeEvidence } from '../../anchoring/evidence.ts';
import { anchorAt, transactionAt, type LedgerHistory } from '../../anchoring/ledger-anchors.ts';
import { equalBytes } from '../../base/bytes.ts';
import type { OrganisationKeys } from '../../vault/organisation-keys.ts';

/**
 * `held`: the ledger has it as it stands here · `kept`: the ledger does not keep what is so old, but the evidence that was kept with the
 * batch says so · `later`: the ledger at hand does not go so far · `gone`: neither the ledger nor evidence has it · `place`: there is no
 * such anchor at this place · `other`: the anchor at this place is to something else · `evidence`: the evidence was altered
 */
export type BatchVerdict = 'held' | 'kept' | 'later' | 'gone' | 'place' | 'other' | 'evidence';

export async function batchVerdict(ledger: LedgerHistory, { organisation, batchKey }: OrganisationKeys, batch: StoredBatch): Promise<BatchVerdict> {
  const { number, first, place } = batch;
  if (!place || ![number, first, place.logIndex].every((value) => Number.isSafeInteger(value) && value >= 0)) return 'place';
  const evidence = batch.evidence && decodeEvidence(batchKey, number, batch.evidence);
  if (batch.evidence && !evidence) return 'evidence';
  if (place.logIndex >= ledger.head().logSize) return 'later';
  if (!(await transactionAt(ledger, place.logIndex))) {
    const kept = evidence && anchorIn(evidence);
    if (!kept) return 'gone';
    const same = kept.org === organisation && kept.number === number && equalBytes(await commitmentOf(batchKey, batch), kept.commitment);
    return same ? 'kept' : 'other';
  }
  const anchor = await anchorAt(ledger, organisation, place.logIndex, number);
  if (!anchor || anchor.height !== place.height || anchor.time !== place.time) return 'place';
  return equalBytes(await commitmentOf(batchKey, batch), anchor.commitment) ? 'held' : 'other';
}

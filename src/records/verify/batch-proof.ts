/** One stored batch against the ledger: number, first entry, leaves and place all have a part in it, so that none can change unnoticed. */
import { commitmentOf } from '../../anchoring/batch-commitment.ts';
import type { StoredBatch } from '../../anchoring/batch-table.ts';
import { anchorAt, type LedgerHistory } from '../../anchoring/ledger-anchors.ts';
import { equalBytes } from '../../base/bytes.ts';
import type { OrganisationKeys } from '../../vault/organisation-keys.ts';

/**
 * `held`: the ledger has it as it stands here · `later`: the ledger at hand does not go so far · `gone`: the ledger does not keep what is
 * so old · `place`: there is no such anchor at this place · `other`: the anchor at this place is to something else
 */
export type BatchVerdict = 'held' | 'later' | 'gone' | 'place' | 'other';

export async function batchVerdict(ledger: LedgerHistory, { organisation, batchKey }: OrganisationKeys, batch: StoredBatch): Promise<BatchVerdict> {
  const { number, first, place } = batch;
  if (!place || ![number, first, place.logIndex].every((value) => Number.isSafeInteger(value) && value >= 0)) return 'place';
  if (place.logIndex >= ledger.head().logSize) return 'later';
  if (!(await ledger.transactionAt(place.logIndex))) return 'gone';
  const anchor = await anchorAt(ledger, organisation, place.logIndex, number);
  if (!anchor || anchor.height !== place.height || anchor.time !== place.time) return 'place';
  return equalBytes(await commitmentOf(batchKey, batch), anchor.commitment) ? 'held' : 'other';
}

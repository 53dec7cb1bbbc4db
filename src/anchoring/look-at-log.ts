/**
 * The stored batches compared with the ledger, in a few look-ups however long the log is: the newest commitment on the ledger can be made
 * again only from the right batch and the right number of entries before it. Rows that are missing for what the ledger has (a crash
 * before they were marked, an older copy of the database) are found again, where the entries are there.
 */
import { equalBytes } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { unwrap, type CodedError } from '../base/result.ts';
import { anchorStateKey, decodeAnchor, type AnchoredBatch } from '../ledger/anchors/state.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import { commitmentOf, endOf, sizeOf, type Batch } from './batch-commitment.ts';
import type { BatchTable, StoredBatch } from './batch-table.ts';
import { anchoringErrors } from './errors.ts';
import { anchorAt, anchorsOnLedger, type Place } from './ledger-anchors.ts';
import { recoverBatches } from './recover-batches.ts';

export interface Look {
  readonly alarm: CodedError | undefined;
  /** The newest batch that is on the ledger; undefined when there is none, or with an alarm. */
  readonly landed: StoredBatch | undefined;
  /** Closed, and not on the ledger. */
  readonly sent: Batch | undefined;
  /** The ledger at hand is not as far as it was when the newest batch was put on it: it is still catching up with the network. */
  readonly isBehind?: boolean;
}

const NOTHING = new Uint8Array(0);

/** `batch`: the newest for which there are not enough entries. */
const truncated = (entries: number, batch: number): Look => ({
  alarm: codedError(anchoringErrors, 'anchoring.truncated', { data: { entries, batch } }),
  landed: undefined,
  sent: undefined,
});
const forked = (batch: number): Look => ({
  alarm: codedError(anchoringErrors, 'anchoring.forked', { data: { batch } }),
  landed: undefined,
  sent: undefined,
});

/** `thoroughly`: the entries of the newest batches are compared with them too. */
export async function lookAtLog(
  table: BatchTable,
  ledger: LedgerClient,
  { organisation, batchKey }: OrganisationKeys,
  thoroughly: boolean,
): Promise<Look> {
  const bytes = await ledger.get(anchorStateKey(organisation));
  const onLedger = bytes && unwrap(decodeAnchor(bytes));
  const entries = await table.entries();
  const newest = await table.newest();
  const number = onLedger?.number ?? 0;
  if (newest && entries < endOf(newest)) return truncated(entries, newest.number);
  if (newest && newest.number > number + (newest.place ? 0 : 1))
    return { alarm: undefined, landed: newest.place ? newest : undefined, sent: undefined, isBehind: true };
  if (thoroughly && newest && !equalBytes(await table.leavesFrom(newest.first, sizeOf(newest)), newest.leaves)) return forked(newest.number);
  const sent = newest?.number === number + 1 ? newest : undefined;
  if (!onLedger) return { alarm: undefined, landed: undefined, sent };

  const holds = async (batch: Batch): Promise<boolean> => equalBytes(await commitmentOf(batchKey, batch), onLedger.commitment);
  // An empty one may have no row any more.
  const stored = sent || !newest ? await table.byNumber(number) : newest;
  if (stored?.number === number) {
    if (!(await holds(stored))) return forked(number);
    const place = stored.place ?? (await placeOf(ledger, organisation, onLedger));
    if (!stored.place) await table.settle(number, place);
    return { alarm: undefined, landed: { ...stored, place }, sent };
  }
  const empty = { number, first: newest ? (sent ? sent.first : endOf(newest)) : 0, leaves: NOTHING };
  if (await holds(empty)) {
    const place = await placeOf(ledger, organisation, onLedger);
    await table.add(empty, place);
    return { alarm: undefined, landed: { ...empty, place, evidence: undefined }, sent };
  }
  return sent ? forked(number) : recover(table, ledger, organisation, batchKey, newest, entries);
}

/** Batches behind the newest stored one, from the ledger. */
async function recover(
  table: BatchTable,
  ledger: LedgerClient,
  organisation: string,
  batchKey: Uint8Array,
  newest: StoredBatch | undefined,
  entries: number,
): Promise<Look> {
  const known = newest?.number ?? 0;
  const anchors = async function* () {
    for await (const anchor of anchorsOnLedger(ledger, organisation, newest?.place?.logIndex ?? 0)) if (anchor.number > known) yield anchor;
  };
  let landed: StoredBatch | undefined;
  for await (const { anchor, batch } of recoverBatches(batchKey, anchors(), newest ? endOf(newest) : 0, (first, limit) =>
    table.leavesFrom(first, limit),
  )) {
    if (!batch) return truncated(entries, anchor.number);
    const { logIndex, height, time } = anchor;
    const place = { logIndex, height, time };
    landed = { ...batch, place, evidence: undefined };
    await table.add(batch, place);
  }
  return { alarm: undefined, landed, sent: undefined };
}

/** The newest anchor's place, found in its block. */
async function placeOf(ledger: LedgerClient, organisation: string, { number, height, time }: AnchoredBatch): Promise<Place> {
  const block = await ledger.block(height);
  const first = block ? block.logSize - block.transactions.length : 0;
  for (let logIndex = first; logIndex < (block?.logSize ?? 0); logIndex++)
    if (await anchorAt(ledger, organisation, logIndex, number)) return { logIndex, height, time };
  throw new Error(`the ledger's block ${height} has no anchor ${number}`);
}

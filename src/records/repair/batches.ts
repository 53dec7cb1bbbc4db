/**
 * The stored batches, made again from the ledger and the entries' leaves. From the first that the ledger still has to the last: where one
 * begins follows from all before it. What can't be made again (an entry's leaf is lost) stays as it is, and all behind it.
 */
import { sizeOf, type Batch } from '../../anchoring/batch-commitment.ts';
import { BATCH_COLUMNS, batchOf, follows } from '../../anchoring/batch-table.ts';
import { decodeEvidence } from '../../anchoring/evidence.ts';
import { anchorsOnLedger, newestAnchor, type LedgerAnchor } from '../../anchoring/ledger-anchors.ts';
import { recoverBatches } from '../../anchoring/recover-batches.ts';
import { equalBytes } from '../../base/bytes.ts';
import type { LedgerClient } from '../../ledger/client.ts';
import { INT8, integerArray } from '../../store/binary-array.ts';
import type { OrganisationKeys } from '../../vault/organisation-keys.ts';
import type { Run } from './transaction.ts';

type LeavesFrom = (first: number, limit: number) => Promise<Uint8Array>;

export async function rebuildBatches(run: Run, ledger: LedgerClient, keys: OrganisationKeys): Promise<void> {
  const leavesFrom: LeavesFrom = async (first, limit) => {
    const rows = await run('select leaf from entry where seq >= $1 and seq < $2 order by seq', [first, first + limit]);
    return Buffer.concat(rows.map(([leaf]) => leaf as Uint8Array));
  };
  await fromLedger(run, ledger, keys, leavesFrom);
  await dropUnfitting(run, leavesFrom);
}

async function fromLedger(run: Run, ledger: LedgerClient, { organisation, batchKey }: OrganisationKeys, leavesFrom: LeavesFrom): Promise<void> {
  const kept: number[] = [];
  const keep = async ({ number, first, leaves }: Batch, { logIndex, height, time }: LedgerAnchor): Promise<void> => {
    kept.push(number);
    await run(
      `insert into batch (number, first, leaves, log_index, height, time) values ($1, $2, $3, $4, $5, $6)
       on conflict (number) do update set first = excluded.first, leaves = excluded.leaves, log_index = excluded.log_index,
         height = excluded.height, time = excluded.time`,
      [number, first, leaves, logIndex, height, time],
    );
  };
  await run('update batch set evidence = null where number = any($1::int8[])', [integerArray(await alteredEvidence(run, batchKey), INT8)]);
  const anchors = anchorsOnLedger(ledger, organisation);
  const oldest = await anchors.next();
  if (oldest.done === true) return;
  const from = oldest.value.number;
  const [before] = await run('select coalesce(max(first + octet_length(leaves) / 32), 0) from batch where number < $1', [from]);
  const all = async function* () {
    yield oldest.value;
    yield* anchors;
  };
  let last: { readonly batch: Batch; readonly anchor: LedgerAnchor } | undefined;
  for await (const { anchor, batch } of recoverBatches(batchKey, all(), Number(before![0]), leavesFrom)) {
    if (!batch) break;
    last = { batch, anchor };
    if (batch.leaves.length > 0) await keep(batch, anchor);
  }
  // Of the empty ones the newest is enough.
  if (last?.batch.leaves.length === 0) await keep(last.batch, last.anchor);
  const newest = await newestAnchor(ledger, organisation);
  await run('delete from batch where (number between $1 and $2 or number < 1 or number > $3) and not number = any($4::int8[])', [
    from,
    last?.anchor.number ?? from - 1,
    (newest?.number ?? 0) + 1,
    integerArray(kept, INT8),
  ]);
}

/** A batch that is not on the ledger is closed anew, unless it is the next one and has the leaves of its entries. */
async function dropUnfitting(run: Run, leavesFrom: LeavesFrom): Promise<void> {
  for (const row of await run(`select ${BATCH_COLUMNS} from batch where log_index is null`)) {
    const batch = batchOf(row);
    const [before] = await run(`select ${BATCH_COLUMNS} from batch where number < $1 order by number desc limit 1`, [batch.number]);
    const fits = follows(batch, before && batchOf(before)) && equalBytes(await leavesFrom(batch.first, sizeOf(batch)), batch.leaves);
    if (!fits) await run('delete from batch where number = $1', [row[0]]);
  }
}

async function alteredEvidence(run: Run, batchKey: Uint8Array): Promise<readonly number[]> {
  const rows = await run('select number, evidence from batch where evidence is not null');
  return rows.flatMap(([number, evidence]) => {
    // What is no number of a batch goes anyway.
    const isNumber = Number.isSafeInteger(Number(number)) && Number(number) > 0;
    return !isNumber || decodeEvidence(batchKey, Number(number), evidence as Uint8Array) ? [] : [Number(number)];
  });
}

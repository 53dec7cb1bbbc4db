/**
 * The stored batches, made again from the ledger and the entries' leaves. From the first that the ledger still has to the last: where one
 * begins follows from all before it. What can't be made again (an entry's leaf is lost) stays as it is, and all behind it.
 */
import type { Batch } from '../../anchoring/batch-commitment.ts';
import { decodeEvidence } from '../../anchoring/evidence.ts';
import { anchorsOnLedger, newestAnchor, type LedgerAnchor } from '../../anchoring/ledger-anchors.ts';
import { recoverBatches } from '../../anchoring/recover-batches.ts';
import type { LedgerClient } from '../../ledger/client.ts';
import { INT8, integerArray } from '../../store/binary-array.ts';
import type { OrganisationKeys } from '../../vault/organisation-keys.ts';
import type { Run } from './transaction.ts';

export async function rebuildBatches(run: Run, ledger: LedgerClient, { organisation, batchKey }: OrganisationKeys): Promise<void> {
  const leavesFrom = async (first: number, limit: number): Promise<Uint8Array> => {
    const rows = await run('select leaf from entry where seq >= $1 and seq < $2 order by seq', [first, first + limit]);
    return Buffer.concat(rows.map(([leaf]) => leaf as Uint8Array));
  };
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

async function alteredEvidence(run: Run, batchKey: Uint8Array): Promise<readonly number[]> {
  const rows = await run('select number, evidence from batch where evidence is not null');
  return rows.flatMap(([number, evidence]) => {
    // What is no number of a batch goes anyway.
    const isNumber = Number.isSafeInteger(Number(number)) && Number(number) > 0;
    return !isNumber || decodeEvidence(batchKey, Number(number), evidence as Uint8Array) ? [] : [Number(number)];
  });
}

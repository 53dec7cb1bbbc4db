/**
 * Repairs what follows from what else is stored: index rows, heads, commitments, and, with the ledger, batches. Works from a report's
 * findings and changes only the rows they name, in one transaction, while the writer waits.
 */
import type { LedgerClient } from '../../ledger/client.ts';
import { INT8, integerArray } from '../../store/binary-array.ts';
import type { Row } from '../../store/database.ts';
import { sealSortKey } from '../../vault/sort-key.ts';
import { eventSubject, versionSubject, VERSION_KIND } from '../context.ts';
import { unwrapEvent, unwrapVersion } from '../envelope.ts';
import type { Records } from '../open.ts';
import { leafOf } from '../prepare.ts';
import type { Damage } from '../verify/report.ts';
import { FROM_JOINED, JOINED, readJoinedRow, wordsHold } from '../verify/version-rows.ts';
import { rebuildBatches } from './batches.ts';
import { rewriteIndex } from './index-rows.ts';
import { repairTransaction, type Run } from './transaction.ts';

/** Rebuilds what the findings marked `rebuild` name. Verify again afterwards: what could not be rebuilt is found again. */
export async function rebuild(records: Records, ledger: LedgerClient | undefined, damages: readonly Damage[]): Promise<void> {
  const wanted = damages.filter((damage) => damage.repair === 'rebuild');
  if (wanted.length === 0) return;
  await atRest(records, () =>
    repairTransaction(records, async (run) => {
      const sequences = new Set(wanted.flatMap((damage) => damage.sequence ?? []));
      for (const [seq] of [...(await run(LOOSE_HEADS)), ...(await looseOf(run, wanted))]) if (seq !== null) sequences.add(Number(seq));
      for (const sequence of [...sequences].sort((a, b) => a - b)) await rebuildEntry(records, run, sequence);
      await rewriteIndex(
        run,
        wanted.flatMap((damage) => damage.rid ?? []),
      );
      await run('delete from version v where not exists (select from entry e where e.seq = v.seq and e.kind = $1)', [VERSION_KIND]);
      if (ledger && wanted.some((damage) => damage.code.startsWith('verify.batch'))) await rebuildBatches(run, ledger, records.keys);
    }),
  );
  for (const damage of wanted)
    if (damage.code === 'verify.name-altered') await records.context.dictionary.rewrite(Number(damage.where.split(' ')[1]));
}

/** Batches are closed again when the repair is done. */
const atRest = ({ anchoring }: Records, work: () => Promise<void>): Promise<void> => (anchoring ? anchoring.atRest(work) : work());

/** Newest versions of records whose head points nowhere. */
const LOOSE_HEADS = `select (select max(v.seq) from version v where v.rid = r.rid) from record r
  where not exists (select from version v where v.seq = r.seq and v.rid = r.rid and v.version = r.version)`;

const looseOf = (run: Run, damages: readonly Damage[]): Promise<readonly Row[]> => {
  const rids = damages.flatMap((damage) => (damage.where.startsWith('record ') ? Number(damage.where.split(' ')[1]) : []));
  return run('select max(seq) from version where rid = any($1::int8[]) group by rid', [integerArray(rids, INT8)]);
};

async function rebuildEntry(records: Records, run: Run, sequence: number): Promise<void> {
  const { context } = records;
  const [columns] = await run(`select ${JOINED} ${FROM_JOINED} where e.seq = $1`, [sequence]);
  if (!columns) return;
  const entry = readJoinedRow(columns);
  const key = await context.keyRing.byId(entry.keyId);
  if (!key.ok) return;
  const isVersion = entry.kind === VERSION_KIND && entry.version !== undefined && entry.record !== undefined;
  const subject = isVersion ? versionSubject(entry.record!.key, entry.version!.version) : eventSubject(entry.kind);
  const opened = context.sealer.open(subject, key.value, entry);
  if (!opened) return;
  if (!isVersion) {
    const { header, content } = unwrapEvent(opened.plaintext);
    await run('update entry set time = $2, leaf = $3 where seq = $1', [sequence, header.time, leafOf(opened.blinder, content)]);
    await run('delete from entry_idx where seq = $1', [sequence]);
    for (let at = 0; at < header.tokens.length; at += 8) {
      await run('insert into entry_idx (token, seq) values ($1, $2)', [Buffer.from(header.tokens).readBigInt64BE(at).toString(), sequence]);
    }
    return;
  }
  const { header, content } = unwrapVersion(opened.plaintext);
  const { rid } = entry.version!;
  await run('update entry set time = $2, leaf = $3 where seq = $1', [sequence, header.lastUpdated, leafOf(opened.blinder, content)]);
  await run('update version set space = $2, type = $3, deleted = $4, updated = $5 where seq = $1', [
    sequence,
    context.dictionary.number('space', header.space),
    context.dictionary.number('type', header.type),
    header.deleted,
    header.lastUpdated,
  ]);
  const [newest] = await run('select max(version) from version where rid = $1', [rid]);
  if (Number(newest![0]) !== header.version || !wordsHold(header, entry.version!)) return;
  await run(
    `update record r set version = v.version, deleted = v.deleted, seq = v.seq, space = v.space, type = v.type, updated = v.updated,
       compartments = v.compartments, labels = v.labels, sort = $2 from version v where v.seq = $1 and r.rid = v.rid`,
    [
      sequence,
      header.sortDate === undefined || header.deleted ? null : sealSortKey(context.keys.sortKey, header.sortDate, entry.record!.key, header.version),
    ],
  );
  await rewriteIndex(run, [rid]);
}

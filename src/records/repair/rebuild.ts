/**
 * Repairs what follows from what else is stored: index rows, heads, commitments, tiles, notes of anchors. Works from a report's
 * findings and changes only the rows they name, in one transaction, while the writer waits.
 */
import { equalBytes } from '../../base/bytes.ts';
import { foldHashes, TILE_HASHES } from '../../anchoring/tile-fold.ts';
import { PADDING_KIND, paddingLeaf } from '../../anchoring/padding.ts';
import { INT8, integerArray } from '../../store/binary-array.ts';
import type { Row } from '../../store/database.ts';
import { sealSortKey } from '../../vault/sort-key.ts';
import { eventSubject, versionSubject, VERSION_KIND } from '../context.ts';
import { unwrapEvent, unwrapVersion } from '../envelope.ts';
import type { Records } from '../open.ts';
import { leafOf } from '../prepare.ts';
import type { Damage } from '../verify/report.ts';
import { FROM_JOINED, JOINED, readJoinedRow, wordsHold, type JoinedRow } from '../verify/version-rows.ts';
import { rewriteIndex } from './index-rows.ts';
import { repairTransaction, type Run } from './transaction.ts';

/** Rebuilds what the findings marked `rebuild` name. Verify again afterwards: what could not be rebuilt is found again. */
export async function rebuild(records: Records, damages: readonly Damage[]): Promise<void> {
  const wanted = damages.filter((damage) => damage.repair === 'rebuild');
  if (wanted.length === 0) return;
  await repairTransaction(records, async (run) => {
    const sequences = new Set(wanted.flatMap((damage) => damage.sequence ?? []));
    for (const [seq] of [...(await run(LOOSE_HEADS)), ...(await looseOf(run, wanted))]) if (seq !== null) sequences.add(Number(seq));
    for (const sequence of [...sequences].sort((a, b) => a - b)) await rebuildEntry(records, run, sequence);
    await rewriteIndex(
      run,
      wanted.flatMap((damage) => damage.rid ?? []),
    );
    for (const damage of wanted) if (damage.code === 'verify.tile-altered') await rebuildTile(run, damage.where);
    await run('delete from version v where not exists (select from entry e where e.seq = v.seq and e.kind = $1)', [VERSION_KIND]);
    if (wanted.some((damage) => damage.code.startsWith('verify.anchor'))) await run('delete from anchor');
  });
  for (const damage of wanted)
    if (damage.code === 'verify.name-altered') await records.context.dictionary.rewrite(Number(damage.where.split(' ')[1]));
  records.tree.forget();
  await records.anchoring?.refresh();
}

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
  if (entry.kind === PADDING_KIND) return rebuildPadding(records, run, entry);
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

/** Only what its position's key says is padding: an entry that was made to look like it stays a finding. */
async function rebuildPadding(records: Records, run: Run, entry: JoinedRow): Promise<void> {
  const leaf = paddingLeaf(records.context.keys.paddingKey, entry.sequence);
  const known = await records.tree.leaf(entry.sequence).catch(() => undefined);
  if (!equalBytes(entry.leaf, leaf) && !(known && equalBytes(known, leaf))) return;
  await run(`update entry set time = 0, key_id = 0, wrapped = '', sealed = '', leaf = $2 where seq = $1`, [entry.sequence, leaf]);
}

async function rebuildTile(run: Run, where: string): Promise<void> {
  const [level, index] = where.replace('tile ', '').split('/').map(Number) as [number, number];
  const first = index * TILE_HASHES;
  const parts =
    level === 0
      ? (await run('select leaf from entry where seq >= $1 and seq < $2 order by seq', [first, first + TILE_HASHES])).map(
          ([leaf]) => leaf as Uint8Array,
        )
      : (
          await run('select hashes from tile where level = $1 and index >= $2 and index < $3 order by index', [level - 1, first, first + TILE_HASHES])
        ).map(([hashes]) => foldHashes(hashes as Uint8Array));
  if (parts.length < TILE_HASHES) await run('delete from tile where level = $1 and index = $2', [level, index]);
  else
    await run('insert into tile (level, index, hashes) values ($1, $2, $3) on conflict (level, index) do update set hashes = excluded.hashes', [
      level,
      index,
      Buffer.concat(parts),
    ]);
}

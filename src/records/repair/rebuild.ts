/**
 * Repairs what follows from what else is stored: index rows, heads, commitments, tiles, notes of anchors. Works from a report's
 * findings and changes only the rows they name, in one transaction, while the writer waits.
 */
import type pg from 'pg';
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

/** Rebuilds what the findings marked `rebuild` name. Verify again afterwards: what could not be rebuilt is found again. */
export async function rebuild(records: Records, damages: readonly Damage[]): Promise<void> {
  const wanted = damages.filter((damage) => damage.repair === 'rebuild');
  if (wanted.length === 0) return;
  const client = await records.database.connect();
  try {
    await client.query('begin');
    await client.query('lock table entry, version, record, idx, edge, entry_idx, tile in share row exclusive mode');
    const sequences = new Set(wanted.flatMap((damage) => damage.sequence ?? []));
    for (const [seq] of (await rows(client, LOOSE_HEADS, [])).concat(await looseOf(client, wanted))) sequences.add(Number(seq));
    for (const sequence of [...sequences].sort((a, b) => a - b)) await rebuildEntry(records, client, sequence);
    const rids = wanted.flatMap((damage) => damage.rid ?? []);
    await rewriteIndex(client, rids);
    for (const damage of wanted) if (damage.code === 'verify.tile-altered') await rebuildTile(client, damage.where);
    await client.query('delete from version v where not exists (select from entry e where e.seq = v.seq and e.kind = $1)', [VERSION_KIND]);
    if (wanted.some((damage) => damage.code.startsWith('verify.anchor'))) await client.query('delete from anchor');
    await client.query('commit');
  } finally {
    await client.end();
  }
  for (const damage of wanted) if (damage.code === 'verify.name-altered') await records.context.dictionary.rewrite(Number(damage.where.split(' ')[1]));
  records.tree.forget();
  await records.anchoring?.refresh();
}

export async function rows(client: pg.Client, text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  const found = await client.query({ text, values: [...values], rowMode: 'array' });
  return found.rows as unknown as readonly Row[];
}

/** Newest versions of records whose head points nowhere. */
const LOOSE_HEADS = `select (select max(v.seq) from version v where v.rid = r.rid) from record r
  where not exists (select from version v where v.seq = r.seq and v.rid = r.rid and v.version = r.version)`;

const looseOf = (client: pg.Client, damages: readonly Damage[]): Promise<readonly Row[]> => {
  const rids = damages.flatMap((damage) => (damage.where.startsWith('record ') ? Number(damage.where.split(' ')[1]) : []));
  return rows(client, 'select max(seq) from version where rid = any($1::int8[]) group by rid', [integerArray(rids, INT8)]);
};

async function rebuildEntry(records: Records, client: pg.Client, sequence: number): Promise<void> {
  const { context } = records;
  const [columns] = await rows(client, `select ${JOINED} ${FROM_JOINED} where e.seq = $1`, [sequence]);
  if (!columns) return;
  const entry = readJoinedRow(columns);
  if (entry.kind === PADDING_KIND) return rebuildPadding(records, client, entry);
  const key = await context.keyRing.byId(entry.keyId);
  if (!key.ok) return;
  const isVersion = entry.kind === VERSION_KIND && entry.version !== undefined && entry.record !== undefined;
  const subject = isVersion ? versionSubject(entry.record!.key, entry.version!.version) : eventSubject(entry.kind);
  const opened = context.sealer.open(subject, key.value, entry);
  if (!opened) return;
  if (!isVersion) {
    const { header, content } = unwrapEvent(opened.plaintext);
    await client.query('update entry set time = $2, leaf = $3 where seq = $1', [sequence, header.time, leafOf(opened.blinder, content)]);
    await client.query('delete from entry_idx where seq = $1', [sequence]);
    for (let at = 0; at < header.tokens.length; at += 8) {
      await client.query('insert into entry_idx (token, seq) values ($1, $2)', [Buffer.from(header.tokens).readBigInt64BE(at).toString(), sequence]);
    }
    return;
  }
  const { header, content } = unwrapVersion(opened.plaintext);
  const { rid } = entry.version!;
  await client.query('update entry set time = $2, leaf = $3 where seq = $1', [sequence, header.lastUpdated, leafOf(opened.blinder, content)]);
  await client.query('update version set space = $2, type = $3, deleted = $4, updated = $5 where seq = $1', [
    sequence,
    context.dictionary.number('space', header.space),
    context.dictionary.number('type', header.type),
    header.deleted,
    header.lastUpdated,
  ]);
  const [newest] = await rows(client, 'select max(version) from version where rid = $1', [rid]);
  if (Number(newest![0]) !== header.version || !wordsHold(header, entry.version!)) return;
  await client.query(
    `update record r set version = v.version, deleted = v.deleted, seq = v.seq, space = v.space, type = v.type, updated = v.updated,
       compartments = v.compartments, labels = v.labels, sort = $2 from version v where v.seq = $1 and r.rid = v.rid`,
    [sequence, header.sortDate === undefined || header.deleted ? null : sealSortKey(context.keys.sortKey, header.sortDate, entry.record!.key, header.version)],
  );
  await rewriteIndex(client, [rid]);
}

/** Only what its position's key says is padding: an entry that was made to look like it stays a finding. */
async function rebuildPadding(records: Records, client: pg.Client, entry: JoinedRow): Promise<void> {
  const leaf = paddingLeaf(records.context.keys.paddingKey, entry.sequence);
  const known = await records.tree.leaf(entry.sequence).catch(() => undefined);
  if (!equalBytes(entry.leaf, leaf) && !(known && equalBytes(known, leaf))) return;
  await client.query(`update entry set time = 0, key_id = 0, wrapped = '', sealed = '', leaf = $2 where seq = $1`, [entry.sequence, leaf]);
}

async function rebuildTile(client: pg.Client, where: string): Promise<void> {
  const [level, index] = where.replace('tile ', '').split('/').map(Number) as [number, number];
  const first = index * TILE_HASHES;
  const parts =
    level === 0
      ? (await rows(client, 'select leaf from entry where seq >= $1 and seq < $2 order by seq', [first, first + TILE_HASHES])).map(([leaf]) => leaf as Uint8Array)
      : (await rows(client, 'select hashes from tile where level = $1 and index >= $2 and index < $3 order by index', [level - 1, first, first + TILE_HASHES])).map(([hashes]) => foldHashes(hashes as Uint8Array));
  if (parts.length < TILE_HASHES) await client.query('delete from tile where level = $1 and index = $2', [level, index]);
  else await client.query('insert into tile (level, index, hashes) values ($1, $2, $3) on conflict (level, index) do update set hashes = excluded.hashes', [level, index, Buffer.concat(parts)]);
}

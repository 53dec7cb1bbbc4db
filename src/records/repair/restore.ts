/**
 * Puts a damaged or missing version back from a copy that a peer holds. The copy is believed for one reason only: its commitment (made
 * with the blinder that came with it) is the leaf that a batch on the ledger has. After it the content is byte for byte what it was.
 */
import { LEAF_BYTES } from '../../anchoring/batch-commitment.ts';
import { BatchTable } from '../../anchoring/batch-table.ts';
import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { LedgerClient } from '../../ledger/client.ts';
import { wordLiteral } from '../../store/binary-array.ts';
import { failure } from '../../store/failure.ts';
import type { VersionRow } from '../../store/rows.ts';
import { recordsErrors } from '../errors.ts';
import { batchVerdict } from '../verify/batch-proof.ts';
import type { VersionDraft } from '../model.ts';
import type { Records } from '../open.ts';
import { leafOf, prepareVersion } from '../prepare.ts';
import { VERSION_KIND } from '../context.ts';
import { rewriteIndex } from './index-rows.ts';
import { repairTransaction, type Run } from './transaction.ts';

export interface PeerCopy {
  /** Everything about the version as its custodian wrote it (the layer above finds the terms in the content again). */
  readonly draft: VersionDraft;
  /** Position in this organisation's log. */
  readonly sequence: number;
  /** This organisation's blinder of that entry. */
  readonly blinder: Uint8Array;
}

/** `records.not-the-original` unless the ledger proves the copy; `records.not-anchored` when no batch with the entry is on the ledger. */
export async function restoreVersion(records: Records, ledger: LedgerClient, copy: PeerCopy): Promise<Result<void>> {
  const proven = await prove(records, ledger, copy);
  if (!proven.ok) return proven;
  const { draft, sequence, blinder } = copy;
  const prepared = await prepareVersion(records.context, draft, undefined, blinder);
  if (!prepared.ok) return prepared;
  try {
    await repairTransaction(records, (run) => writeRows(run, sequence, prepared.value));
    return ok(undefined);
  } catch (cause) {
    return fail(failure(cause));
  }
}

async function writeRows(run: Run, sequence: number, row: VersionRow): Promise<void> {
  await run(
    `insert into entry (seq, kind, time, key_id, wrapped, sealed, leaf) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (seq) do update set kind = excluded.kind, time = excluded.time, key_id = excluded.key_id, wrapped = excluded.wrapped,
       sealed = excluded.sealed, leaf = excluded.leaf`,
    [sequence, VERSION_KIND, row.time, row.keyId, row.wrapped, row.sealed, row.leaf],
  );
  const key = Buffer.from(row.key);
  const [high, low] = [key.readBigInt64BE(0).toString(), key.readBigInt64BE(8).toString()];
  const words = [wordLiteral(row.compartments), wordLiteral(row.labels)];
  const [known] = await run(
    'select coalesce((select rid from record where key_high = $1 and key_low = $2), (select rid from version where seq = $3), (select max(rid) + 1 from record), 1)',
    [high, low, sequence],
  );
  const rid = Number(known![0]);
  await run('delete from version where seq = $1', [sequence]);
  await run(
    `insert into version (seq, rid, version, space, type, deleted, updated, compartments, labels, tokens, edges)
     values ($1, $2, $3, $4, $5, $6, $7, $8::int8[], $9::int8[], $10, $11)`,
    [sequence, rid, row.version, row.space, row.type, row.deleted, row.updated, ...words, row.tokens, row.edges],
  );
  const [newest] = await run('select max(version) from version where rid = $1', [rid]);
  if (Number(newest![0]) === row.version) {
    await run(
      `insert into record (rid, key_high, key_low, space, type, version, deleted, seq, updated, compartments, labels, sort)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::int8[], $11::int8[], $12)
       on conflict (rid) do update set key_high = excluded.key_high, key_low = excluded.key_low, space = excluded.space, type = excluded.type,
         version = excluded.version, deleted = excluded.deleted, seq = excluded.seq, updated = excluded.updated,
         compartments = excluded.compartments, labels = excluded.labels, sort = excluded.sort`,
      [rid, high, low, row.space, row.type, row.version, row.deleted, sequence, row.updated, ...words, row.sort ?? null],
    );
    await rewriteIndex(run, [rid]);
  }
}

async function prove({ context }: Records, ledger: LedgerClient, { draft, sequence, blinder }: PeerCopy): Promise<Result<void>> {
  const table = new BatchTable(context.database);
  const covering = await table.covering(sequence);
  const batch = covering && (await table.byNumber(covering.number));
  const verdict = batch && (await batchVerdict(ledger, context.keys, batch));
  if (!batch || (verdict !== 'held' && verdict !== 'kept')) return fail(codedError(recordsErrors, 'records.not-anchored', { data: { sequence } }));
  const at = (sequence - batch.first) * LEAF_BYTES;
  const leaf = batch.leaves.subarray(at, at + LEAF_BYTES);
  return blinder.length === 32 && equalBytes(leafOf(blinder, draft.content), leaf)
    ? ok(undefined)
    : fail(codedError(recordsErrors, 'records.not-the-original', { data: { sequence } }));
}

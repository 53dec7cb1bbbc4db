/** What must be in the search tables, for a few owners at a time: asked only when something is wrong. */
import { INT8, integerArray } from '../../store/binary-array.ts';
import { eventSubject, type RecordsContext } from '../context.ts';
import { unwrapEvent } from '../envelope.ts';
import type { KnownKey } from './names-and-keys.ts';
import type { Snapshot } from './scan.ts';

/** From the head's version row; its words were compared with their sealed digest on the way. */
export async function expectedHeadWords(
  snapshot: Snapshot,
  column: 'tokens' | 'edges',
  rids: readonly number[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  const rows = await snapshot.query(
    `select r.rid, v.${column} from unnest($1::int8[]) x(rid) join record r on r.rid = x.rid join version v on v.seq = r.seq and v.rid = r.rid`,
    [integerArray(rids, INT8)],
  );
  return new Map(rows.map(([rid, words]) => [Number(rid), words as Uint8Array]));
}

export async function expectedEventTokens(
  context: RecordsContext,
  snapshot: Snapshot,
  keys: ReadonlyMap<number, KnownKey>,
  sequences: readonly number[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  const rows = await snapshot.query(
    'select e.seq, e.kind, e.key_id, e.wrapped, e.sealed from unnest($1::int8[]) x(seq) join entry e on e.seq = x.seq',
    [integerArray(sequences, INT8)],
  );
  const found = new Map<number, Uint8Array>();
  for (const [seq, kind, keyId, wrapped, sealed] of rows) {
    const key = keys.get(Number(keyId))?.content;
    const opened = key && context.sealer.open(eventSubject(kind as number), key, { wrapped: wrapped as Uint8Array, sealed: sealed as Uint8Array });
    if (opened) found.set(Number(seq), unwrapEvent(opened.plaintext).header.tokens);
  }
  return found;
}

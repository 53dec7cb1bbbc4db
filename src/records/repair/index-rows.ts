/** Search rows of records, written anew from the words of their newest versions. */
import type pg from 'pg';
import { INT8, integerArray, wordArray } from '../../store/binary-array.ts';

export async function rewriteIndex(client: pg.Client, rids: readonly number[]): Promise<void> {
  if (rids.length === 0) return;
  const owners = integerArray(rids, INT8);
  await client.query('set local enable_seqscan = on');
  await client.query('delete from idx where rid = any($1::int8[])', [owners]);
  await client.query('delete from edge where rid = any($1::int8[])', [owners]);
  const { rows } = await client.query({
    text: 'select r.rid, v.tokens, v.edges from record r join version v on v.seq = r.seq where r.rid = any($1::int8[])',
    values: [owners],
    rowMode: 'array',
  });
  for (const [rid, tokens, edges] of rows as [string, Uint8Array, Uint8Array][]) {
    await client.query('insert into idx (token, rid) select x, $2 from unnest($1::int8[]) x', [wordArray([tokens]), rid]);
    const pairs = Array.from({ length: edges.length / 16 }, (_, index) => index * 16);
    const column = (offset: number): Buffer => wordArray(pairs.map((at) => edges.subarray(at + offset, at + offset + 8)));
    await client.query('insert into edge (param, target, rid) select p, t, $3 from unnest($1::int8[], $2::int8[]) x(p, t)', [column(0), column(8), rid]);
  }
}

/** Search rows of records, written anew from the words of their newest versions. */
import { INT8, integerArray, wordArray } from '../../store/binary-array.ts';
import type { Run } from './transaction.ts';

export async function rewriteIndex(run: Run, rids: readonly number[]): Promise<void> {
  if (rids.length === 0) return;
  const owners = integerArray(rids, INT8);
  await run('set local enable_seqscan = on');
  await run('delete from idx where rid = any($1::int8[])', [owners]);
  await run('delete from edge where rid = any($1::int8[])', [owners]);
  const heads = await run('select r.rid, v.tokens, v.edges from record r join version v on v.seq = r.seq where r.rid = any($1::int8[])', [owners]);
  for (const [rid, tokens, edges] of heads as readonly (readonly [string, Uint8Array, Uint8Array])[]) {
    await run('insert into idx (token, rid) select x, $2 from unnest($1::int8[]) x', [wordArray([tokens]), rid]);
    const pairs = Array.from({ length: edges.length / 16 }, (_, index) => index * 16);
    const column = (offset: number): Buffer => wordArray(pairs.map((at) => edges.subarray(at + offset, at + offset + 8)));
    await run('insert into edge (param, target, rid) select p, t, $3 from unnest($1::int8[], $2::int8[]) x(p, t)', [column(0), column(8), rid]);
  }
}

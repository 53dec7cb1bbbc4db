/** Damage of one byte (or the nearest thing to it) in any column of any table of an organisation's database. */
import type { Database } from '../../src/store/database.ts';

type Kind = 'int' | 'bool' | 'bytes' | 'words';

/** Every column of every table that verification answers for, and the key of the row. */
export const columns: readonly { readonly table: string; readonly column: string; readonly kind: Kind; readonly key: readonly string[] }[] = [
  ...(['seq', 'kind', 'time', 'key_id'] as const).map((column) => ({ table: 'entry', column, kind: 'int' as const, key: ['seq'] })),
  ...(['wrapped', 'sealed', 'leaf'] as const).map((column) => ({ table: 'entry', column, kind: 'bytes' as const, key: ['seq'] })),
  ...(['number', 'first', 'log_index', 'height', 'time'] as const).map((column) => ({
    table: 'batch',
    column,
    kind: 'int' as const,
    key: ['number'],
  })),
  ...(['leaves', 'evidence'] as const).map((column) => ({ table: 'batch', column, kind: 'bytes' as const, key: ['number'] })),
  ...(['seq', 'rid', 'version', 'space', 'type', 'updated'] as const).map((column) => ({
    table: 'version',
    column,
    kind: 'int' as const,
    key: ['seq'],
  })),
  { table: 'version', column: 'deleted', kind: 'bool', key: ['seq'] },
  ...(['tokens', 'edges'] as const).map((column) => ({ table: 'version', column, kind: 'bytes' as const, key: ['seq'] })),
  ...(['compartments', 'labels'] as const).map((column) => ({ table: 'version', column, kind: 'words' as const, key: ['seq'] })),
  ...(['rid', 'key_high', 'key_low', 'space', 'type', 'version', 'seq', 'updated'] as const).map((column) => ({
    table: 'record',
    column,
    kind: 'int' as const,
    key: ['rid'],
  })),
  { table: 'record', column: 'deleted', kind: 'bool', key: ['rid'] },
  ...(['compartments', 'labels'] as const).map((column) => ({ table: 'record', column, kind: 'words' as const, key: ['rid'] })),
  { table: 'record', column: 'sort', kind: 'bytes', key: ['rid'] },
  ...(['token', 'rid'] as const).map((column) => ({ table: 'idx', column, kind: 'int' as const, key: ['token', 'rid'] })),
  ...(['param', 'target', 'rid'] as const).map((column) => ({ table: 'edge', column, kind: 'int' as const, key: ['param', 'target', 'rid'] })),
  ...(['token', 'seq'] as const).map((column) => ({ table: 'entry_idx', column, kind: 'int' as const, key: ['token', 'seq'] })),
  ...(['tag', 'wrapped'] as const).map((column) => ({ table: 'content_key', column, kind: 'bytes' as const, key: ['id'] })),
  ...(['id', 'purpose'] as const).map((column) => ({ table: 'content_key', column, kind: 'int' as const, key: ['id'] })),
  ...(['tag', 'sealed'] as const).map((column) => ({ table: 'dictionary', column, kind: 'bytes' as const, key: ['id'] })),
  ...(['id', 'kind'] as const).map((column) => ({ table: 'dictionary', column, kind: 'int' as const, key: ['id'] })),
];

export interface Damaged {
  readonly where: string;
  undo(): Promise<void>;
}

const INT_BITS: Readonly<Record<string, number>> = { int2: 15, int4: 31, int8: 63 };

/** Changes one byte of a random row's column; undefined when the chosen value has no byte to change (an empty array) or a constraint forbids it. */
export async function damageOneByte(database: Pick<Database, 'query'>, random: (below: number) => number): Promise<Damaged | undefined> {
  const chosen = columns[random(columns.length)]!;
  const { table, column, kind, key } = chosen;
  const [count] = await database.query({ text: `select count(*) from ${table}`, values: [] });
  if (Number(count![0]) === 0) return undefined;
  const [row] = await database.query({
    text: `select *, ctid::text, pg_typeof(${column})::text from ${table} order by ${key.join(', ')} offset $1 limit 1`,
    values: [random(Number(count![0]))],
  });
  const place = row!.at(-2) as string;
  const type = row!.at(-1) as string;
  const [old] = await database.query({
    text: `select ${column}::text, ${kind === 'bytes' ? `length(${column})` : kind === 'words' ? `cardinality(${column})` : '1'} from ${table} where ctid = $1::tid`,
    values: [place],
  });
  const length = Number(old![1] ?? 0);
  if (length === 0) return undefined;
  const byte = random(length);
  const mask = 1 + random(255);
  const bits = INT_BITS[{ smallint: 'int2', integer: 'int4', bigint: 'int8' }[type] ?? ''] ?? 15;
  const change =
    kind === 'bytes'
      ? `set_byte(${column}, ${byte}, get_byte(${column}, ${byte}) # ${mask})`
      : kind === 'bool'
        ? `not ${column}`
        : kind === 'words'
          ? `array_replace(${column}, ${column}[${byte + 1}], ${column}[${byte + 1}] # ${mask})`
          : `${column} # (1::int8 << ${random(bits)})::${{ 15: 'int2', 31: 'int4', 63: 'int8' }[bits]}`;
  const where = `${table}.${column} at ${JSON.stringify(row!.slice(0, 3).map(String))} byte ${byte}`;
  try {
    const [moved] = await database.query({
      text: `update ${table} set ${column} = ${change} where ctid = $1::tid returning ctid::text`,
      values: [place],
    });
    const cast = { int: type, bool: 'bool', bytes: 'bytea', words: 'int8[]' }[kind];
    return {
      where,
      undo: async () =>
        void (await database.query({ text: `update ${table} set ${column} = $2::text::${cast} where ctid = $1::tid`, values: [moved![0], old![0]] })),
    };
  } catch (cause) {
    // Another row has that key already, or the number is out of range: not a change that the table can hold.
    if (/^23|^22/.test((cause as { code?: string }).code ?? '')) return undefined;
    throw cause;
  }
}

/** A small generator of reproducible numbers (mulberry32). */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

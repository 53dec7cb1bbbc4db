/** The small tables that everything else needs: content keys and the dictionary. Each row authenticates itself. */
import { toHex } from '../../base/bytes.ts';
import type { KeyPurpose } from '../../vault/key-ring.ts';
import type { ContentKey } from '../../vault/seal.ts';
import type { RecordsContext } from '../context.ts';
import { nameKinds, type NameKind } from '../dictionary.ts';
import { keyRow } from '../key-store.ts';
import type { Findings } from './report.ts';
import type { Snapshot } from './scan.ts';

export interface KnownKey {
  readonly content: ContentKey | undefined;
  readonly tag: string;
  readonly destroyed: boolean;
}

export async function readKeys(context: RecordsContext, snapshot: Snapshot, findings: Findings): Promise<ReadonlyMap<number, KnownKey>> {
  const keys = new Map<number, KnownKey>();
  for await (const columns of snapshot.rows('select id, tag, purpose, wrapped, destroyed from content_key order by id')) {
    const row = keyRow(columns);
    findings.counts.keys++;
    const opened = context.keyRing.unwrap({ ...row, destroyed: undefined });
    const where = `content_key ${row.id}`;
    if (row.destroyed === undefined) {
      if (!opened.ok)
        findings.add({
          code: 'verify.key-altered',
          what: 'A wrapped content key was altered: what is sealed under it does not open.',
          where,
          repair: 'peer',
        });
    } else if (row.wrapped.length > 0) {
      findings.add({ code: 'verify.key-not-destroyed', what: 'A key is marked as destroyed and is still there.', where, repair: 'rebuild' });
    }
    keys.set(row.id, {
      content: opened.ok ? opened.value : undefined,
      tag: toHex(row.tag),
      destroyed: row.destroyed !== undefined && row.wrapped.length === 0,
    });
  }
  return keys;
}

export interface Names {
  number(kind: NameKind, name: string): number | undefined;
}

export async function readNames(context: RecordsContext, snapshot: Snapshot, findings: Findings): Promise<Names> {
  const numbers = new Map<string, number>();
  for await (const [id, kind, tag, sealed] of snapshot.rows('select id, kind, tag, sealed from dictionary order by id')) {
    const row = { id: id as number, kind: kind as number, tag: tag as Uint8Array, sealed: sealed as Uint8Array };
    const name = context.dictionary.open(row);
    if (name === undefined)
      findings.add({
        code: 'verify.name-altered',
        what: 'The name of a record type or space was altered.',
        where: `dictionary ${row.id}`,
        repair: 'rebuild',
      });
    else numbers.set(`${row.kind}${name}`, row.id);
  }
  return { number: (kind, name) => numbers.get(`${nameKinds[kind]}${name}`) };
}

/** The tag that the key of an entry must have. */
export const expectedTag = (context: RecordsContext, purpose: KeyPurpose, patient: string | undefined): string =>
  toHex(context.keyRing.tag(purpose, patient));

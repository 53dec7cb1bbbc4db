/** From rows to what the layers above read: entries opened, headers and contents split. */
import { codedError } from '../base/errors.ts';
import { CodedException } from '../base/result.ts';
import type { Row } from '../store/database.ts';
import type { ContentKey } from '../vault/seal.ts';
import { eventKindOf, eventSubject, versionSubject, type RecordsContext } from './context.ts';
import { unwrapEvent, unwrapVersion, type VersionHeader } from './envelope.ts';
import { recordsErrors } from './errors.ts';
import type { StoredEvent, StoredVersion } from './model.ts';

/** Columns that `openVersions` reads, for rows of `record r` or `version v` (as `h`) with their entry `e`. */
export const versionColumns = (r: string, h: string): string =>
  `int8send(${r}.key_high) || int8send(${r}.key_low), ${h}.version, e.seq, e.key_id, e.wrapped, e.sealed`;

async function contentKeys(context: RecordsContext, ids: readonly number[]): Promise<(id: number) => ContentKey> {
  const found = new Map<number, ContentKey>();
  await Promise.all(
    [...new Set(ids)].map(async (id) => {
      const key = context.keyRing.kept(id);
      if (key) return void found.set(id, key);
      const opened = await context.keyRing.byId(id);
      if (!opened.ok) throw new CodedException(opened.error);
      found.set(id, opened.value);
    }),
  );
  return (id) => found.get(id)!;
}

export const damaged = (sequence: number): CodedException => new CodedException(codedError(recordsErrors, 'records.damaged', { data: { sequence } }));

export interface OpenedVersion {
  readonly stored: StoredVersion;
  readonly header: VersionHeader;
  readonly blinder: Uint8Array;
}

/** Throws `records.damaged` on the first row that does not open: a page without it would look complete. */
export async function openVersions(context: RecordsContext, rows: readonly Row[]): Promise<readonly OpenedVersion[]> {
  const keyOf = await contentKeys(
    context,
    rows.map((row) => Number(row[3])),
  );
  return rows.map(([key, version, seq, keyId, wrapped, sealed]) => {
    const sequence = Number(seq);
    const opened = context.sealer.open(versionSubject(key as Uint8Array, version as number), keyOf(Number(keyId)), {
      wrapped: wrapped as Uint8Array,
      sealed: sealed as Uint8Array,
    });
    if (!opened) throw damaged(sequence);
    const { header, content } = unwrapVersion(opened.plaintext);
    const { type, id, space, deleted, lastUpdated, origin } = header;
    const stored = { type, id, space, version: header.version, deleted, lastUpdated, content, sequence, ...(origin === undefined ? {} : { origin }) };
    return { stored, header, blinder: opened.blinder };
  });
}

/** Rows of `seq, kind, key_id, wrapped, sealed`. */
export async function openEvents(context: RecordsContext, rows: readonly Row[]): Promise<readonly StoredEvent[]> {
  const keyOf = await contentKeys(
    context,
    rows.map((row) => Number(row[2])),
  );
  return rows.map(([seq, kind, keyId, wrapped, sealed]) => {
    const sequence = Number(seq);
    const name = eventKindOf(kind as number);
    const opened =
      name &&
      context.sealer.open(eventSubject(kind as number), keyOf(Number(keyId)), { wrapped: wrapped as Uint8Array, sealed: sealed as Uint8Array });
    if (!name || !opened) throw damaged(sequence);
    const { header, content } = unwrapEvent(opened.plaintext);
    return { kind: name, sequence, time: header.time, content };
  });
}

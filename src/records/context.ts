/** What every part of an organisation's records shares: keys, sealing, database. */
import { concat } from '../base/bytes.ts';
import type { Database } from '../store/database.ts';
import { BlindIndex } from '../vault/blind.ts';
import type { KeyRing } from '../vault/key-ring.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import type { Sealer, Subject } from '../vault/seal.ts';
import type { Dictionary } from './dictionary.ts';
import { eventKinds, type EventKind, type Space } from './model.ts';

/** Kind of an entry that is a record version, as stored; events have those of `eventKinds`. */
export const VERSION_KIND = 1;

export interface RecordsContext {
  readonly organisation: string;
  readonly keys: OrganisationKeys;
  readonly keyRing: KeyRing;
  readonly sealer: Sealer;
  readonly database: Database;
  readonly dictionary: Dictionary;
  index(space: Space): BlindIndex;
}

export function blindIndexes(keys: OrganisationKeys): (space: Space) => BlindIndex {
  const indexes = new Map<Space, BlindIndex>();
  return (space) => {
    let index = indexes.get(space);
    if (!index) indexes.set(space, (index = new BlindIndex(keys.indexKey(space))));
    return index;
  };
}

export function versionSubject(key: Uint8Array, version: number): Subject {
  return { kind: VERSION_KIND, name: concat(key, Uint8Array.of(version >>> 24, version >>> 16, version >>> 8, version)) };
}

const noName = new Uint8Array(0);
export const eventSubject = (kind: number): Subject => ({ kind, name: noName });

const kindNames = new Map<number, EventKind>(Object.entries(eventKinds).map(([name, number]) => [number, name as EventKind]));
export const eventKindOf = (kind: number): EventKind | undefined => kindNames.get(kind);

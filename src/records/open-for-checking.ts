/** An organisation's records opened to be checked, not used: nothing is written, and another process may be using them. */
import { openDatabaseForReading } from '../store/database.ts';
import { KeyRing } from '../vault/key-ring.ts';
import { organisationKeys } from '../vault/organisation-keys.ts';
import type { RootKey } from '../vault/root-key.ts';
import { createSealer } from '../vault/seal.ts';
import { blindIndexes, type RecordsContext } from './context.ts';
import { Dictionary } from './dictionary.ts';
import { createKeyStore } from './key-store.ts';

export interface CheckedRecords {
  readonly context: RecordsContext;
  close(): Promise<void>;
}

/** `database`: connection URL. Throws the driver's error when it cannot be reached. */
export async function openForChecking(options: {
  readonly organisation: string;
  readonly rootKey: RootKey;
  readonly database: string;
}): Promise<CheckedRecords> {
  const keys = await organisationKeys(options.rootKey, options.organisation);
  const database = await openDatabaseForReading({ url: options.database, readers: 2 });
  const dictionary = new Dictionary(database, keys.dictionaryKey);
  await dictionary.load();
  const context: RecordsContext = {
    organisation: options.organisation,
    keys,
    keyRing: new KeyRing(keys, createKeyStore(database)),
    sealer: createSealer(options.organisation, 'on'),
    database,
    dictionary,
    index: blindIndexes(keys),
  };
  return { context, close: () => database.close() };
}

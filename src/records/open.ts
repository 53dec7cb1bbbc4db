/** Opens an organisation's records: database, keys, log, writer and reader. */
import { ok, type Result } from '../base/result.ts';
import { Anchoring } from '../anchoring/anchoring.ts';
import { OpenBatch } from '../anchoring/open-batch.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { openWriter, type StoreWriter } from '../store/writer.ts';
import { KeyRing } from '../vault/key-ring.ts';
import { organisationKeys, type OrganisationKeys } from '../vault/organisation-keys.ts';
import type { RootKey } from '../vault/root-key.ts';
import { createSealer } from '../vault/seal.ts';
import { blindIndexes, type RecordsContext } from './context.ts';
import { Dictionary } from './dictionary.ts';
import { createKeyStore } from './key-store.ts';
import { createLogReader } from './log-reader.ts';
import type { LogReader, RecordReader, RecordWriter } from './ports.ts';
import { createRecordReader } from './record-reader.ts';
import { createRecordWriter } from './record-writer.ts';
import { TermStatistics } from './query/statistics.ts';

export interface RecordsOptions {
  readonly organisation: string;
  readonly rootKey: RootKey;
  /** Connection URL of the organisation's database. */
  readonly database: string;
  readonly readers?: number;
  /** Without one nothing is anchored and there are no receipts. */
  readonly ledger?: LedgerClient;
  /** Milliseconds between anchors, default 5,000; 0: only when asked. */
  readonly anchorIntervalMs?: number;
  /** Only the control of the canary test passes `off`; no configuration leads here. */
  readonly sealing?: 'on' | 'off';
}

export interface Records {
  readonly organisation: string;
  readonly keys: OrganisationKeys;
  readonly writer: RecordWriter;
  readonly reader: RecordReader;
  /** Openings and receipts of log entries. */
  readonly log: LogReader;
  /** Present when there is a ledger; its `alarm()` says whether the log still is the one on the ledger. */
  readonly anchoring: Anchoring | undefined;
  /** The parts that verification and repair work on. */
  readonly context: RecordsContext;
  readonly store: StoreWriter;
  readonly database: Database;
  close(): Promise<void>;
}

export async function openRecords(options: RecordsOptions): Promise<Result<Records>> {
  const keys = await organisationKeys(options.rootKey, options.organisation);
  const opened = await openDatabase({ url: options.database, ...(options.readers === undefined ? {} : { readers: options.readers }) });
  if (!opened.ok) return opened;
  const database = opened.value;
  const open = new OpenBatch(database);
  const store = await openWriter(database, open);
  if (!store.ok) {
    await database.close();
    return store;
  }
  const dictionary = new Dictionary(database, keys.dictionaryKey);
  await dictionary.load();
  const context: RecordsContext = {
    organisation: options.organisation,
    keys,
    keyRing: new KeyRing(keys, createKeyStore(database)),
    sealer: createSealer(options.organisation, options.sealing ?? 'on'),
    database,
    dictionary,
    index: blindIndexes(keys),
  };
  const statistics = new TermStatistics(database);
  const { ledger, anchorIntervalMs } = options;
  const interval = anchorIntervalMs === undefined ? {} : { intervalMs: anchorIntervalMs };
  const anchoring = ledger && (await Anchoring.open({ keys, ledger, open, database, ...interval }));
  const writer = createRecordWriter(context, store.value, statistics);
  return ok({
    organisation: options.organisation,
    keys,
    writer,
    reader: createRecordReader(context, statistics),
    log: createLogReader(context, store.value, anchoring),
    anchoring,
    context,
    store: store.value,
    database,
    async close() {
      await writer.close();
      await anchoring?.close();
      await store.value.close();
      await database.close();
    },
  });
}

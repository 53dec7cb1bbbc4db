/**
 * The index on disk, in LMDB. Blocks reach it through memory: entries are readable at once and written in batches behind, since the
 * block file is what is durable. An index that is some blocks behind after a crash is brought up by executing those blocks again.
 */
import { open, type RootDatabase } from 'lmdb';
import { fromUtf8 } from '../../../base/bytes.ts';
import { NOTE_PREFIX } from './index-entries.ts';
import type { IndexReader, IndexWrite } from './index-port.ts';
import { WaitingEntries } from './waiting-entries.ts';

/** In the ledger’s directory. */
export const INDEX_FOLDER = 'index';

export interface IndexStore extends IndexReader {
  /** Entries of one block: all of them reach the disk together. Resolves at once unless the disk is far behind. */
  apply(writes: readonly IndexWrite[]): Promise<void>;
  /** By name. */
  notes(): ReadonlyMap<string, Uint8Array>;
  /** Every entry that was applied before is in LMDB when it resolves; rejects with LMDB's error. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** Closes before it returns; what was not flushed is not in LMDB. */
  closeNow(): void;
}

const FLUSH_AFTER_MS = 250;
/** At about 2.5 µs an entry this keeps the main thread for some 12 ms; pages of the state are some 3 kB each. */
const FLUSH_AT_ENTRIES = 5_000;
const FLUSH_AT_BYTES = 8_388_608;
/** Beyond either, blocks wait for the disk. */
const MAX_WAITING_ENTRIES = 200_000;
const MAX_WAITING_BYTES = 67_108_864;

/** The index as it was at one moment, whatever is written meanwhile. */
export interface IndexSnapshot extends IndexReader {
  /** Number of entries that follow from the blocks: all but notes. */
  count(): number;
  close(): Promise<void>;
}

const noteRange = () => ({ start: Buffer.from(NOTE_PREFIX), end: Buffer.from([NOTE_PREFIX.charCodeAt(0) + 1]) });

const openDatabase = (path: string, readOnly: boolean): RootDatabase<Buffer, Uint8Array> =>
  open({ path, encoding: 'binary', keyEncoding: 'binary', readOnly, cache: false });

/** Throws LMDB's errors. The file must have been found readable before (`index-health.ts`). */
export function openIndexSnapshot(path: string): IndexSnapshot {
  const db = openDatabase(path, true);
  const transaction = db.useReadTransaction();
  return {
    get(key) {
      const value = db.get(key, { transaction });
      // LMDB's bytes are valid until the next read only.
      return value && Uint8Array.from(value);
    },
    count() {
      return db.getCount({ transaction }) - db.getKeysCount({ ...noteRange(), transaction });
    },
    async close() {
      transaction.done();
      await db.close();
    },
  };
}

export function openIndex(path: string): IndexStore {
  const db = openDatabase(path, false);
  let waiting = new WaitingEntries();
  let writing = new WaitingEntries();
  let writingDone: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let failure: unknown;

  const store: IndexStore = {
    get(key) {
      const found = waiting.get(key) ?? writing.get(key);
      if (found) return found.value;
      const stored = db.getBinary(key);
      // A `Buffer` is a trap where a `Uint8Array` is promised.
      return stored && new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    },
    peek(key) {
      const found = waiting.get(key) ?? writing.get(key);
      return found ? found.value : db.getBinaryFast(key);
    },
    notes() {
      const found = new Map<string, Uint8Array>();
      for (const { key, value } of db.getRange(noteRange())) found.set(fromUtf8(new Uint8Array(key).subarray(1)), new Uint8Array(value));
      for (const entries of [writing, waiting])
        for (const { key, value } of entries) if (key[0] === NOTE_PREFIX.charCodeAt(0) && value) found.set(fromUtf8(key.subarray(1)), value);
      return found;
    },
    async apply(writes) {
      for (const write of writes) waiting.set(write);
      if (isEnough()) startWriting();
      else timer ??= setTimeout(startWriting, FLUSH_AFTER_MS).unref();
      if (waiting.size >= MAX_WAITING_ENTRIES || waiting.bytes >= MAX_WAITING_BYTES) await store.flush();
    },
    async flush() {
      failure = undefined;
      while (waiting.size > 0 || writing.size > 0) {
        startWriting();
        await writingDone;
        if (failure !== undefined) throw failure;
      }
    },
    async close() {
      clearTimeout(timer);
      try {
        await store.flush();
      } finally {
        await db.close();
      }
    },
    closeNow() {
      clearTimeout(timer);
      waiting = new WaitingEntries();
      void db.close();
    },
  };
  return store;

  function isEnough(): boolean {
    return waiting.size >= FLUSH_AT_ENTRIES || waiting.bytes >= FLUSH_AT_BYTES;
  }

  function startWriting(): void {
    clearTimeout(timer);
    timer = undefined;
    if (writing.size > 0 || waiting.size === 0) return;
    [writing, waiting] = [waiting, new WaitingEntries()];
    writingDone = write(writing).then(
      () => {
        writing = new WaitingEntries();
        if (isEnough()) startWriting();
        else if (waiting.size > 0) timer ??= setTimeout(startWriting, FLUSH_AFTER_MS).unref();
      },
      (cause: unknown) => {
        // Back in front of what came since: nothing is lost, and the next flush tries again.
        for (const newer of waiting) writing.set(newer);
        [waiting, writing] = [writing, new WaitingEntries()];
        failure = cause;
      },
    );
  }

  async function write(entries: WaitingEntries): Promise<void> {
    await db.transaction(() => {
      for (const { key, value } of entries) {
        if (value) void db.put(key, asBuffer(value));
        else void db.remove(key);
      }
    });
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

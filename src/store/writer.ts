/**
 * The only writer of an organisation's database. Units that wait together are written together: one statement, one commit, one fsync.
 * Each stands or falls alone: positions in the log are given only to units whose version checks and guards hold. Being the only
 * writer (the session holds the database's lock) is what lets checks run before the statement and positions be counted in memory.
 */
import { codedError } from '../base/errors.ts';
import { CodedException, fail, ok, type CodedError, type Result } from '../base/result.ts';
import type { Database } from './database.ts';
import { storeErrors } from './errors.ts';
import { failure, isConnectionLoss } from './failure.ts';
import { flushStatement, type Flush, type Head, type HeadChange, type PlacedVersion } from './flush.ts';
import { HeadCache } from './head-cache.ts';
import type { EntryRow, LogObserver, WriteUnit } from './rows.ts';

const BATCH_UNITS = 512;
const BATCH_BYTES = 8 << 20;
const QUEUE_UNITS = 20_000;
const QUEUE_BYTES = 256 << 20;

interface Waiting {
  readonly unit: WriteUnit;
  readonly bytes: number;
  readonly settle: (result: Result<{ readonly sequences: readonly number[] }>) => void;
}

export interface StoreWriter {
  /** Durable when it resolves with `ok`. `store.conflict`, `store.guard`, `store.busy`, `store.unavailable`, `store.failed`, `store.closed`. */
  write(unit: WriteUnit): Promise<Result<{ readonly sequences: readonly number[] }>>;
  /** Entries in the log that are durable. */
  size(): number;
  /**
   * Runs work that changes rows by other means (repairs) while nothing is being written; afterwards the writer looks at the database
   * anew. The work must not write through this writer.
   */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Writes what is waiting, then takes nothing more. */
  close(): Promise<void>;
}

export async function openWriter(database: Database, observer: LogObserver): Promise<Result<StoreWriter>> {
  const writer = new GroupWriter(database, observer);
  const ready = await writer.prepare();
  return ready.ok ? ok(writer) : ready;
}

class GroupWriter implements StoreWriter {
  readonly #database: Database;
  readonly #observer: LogObserver;
  readonly #heads: HeadCache;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #running: Promise<void> | undefined;
  readonly #work: (() => Promise<void>)[] = [];
  #closed = false;
  #generation = -1;
  #nextSequence = 0;
  #nextRecord = 1;

  constructor(database: Database, observer: LogObserver) {
    this.#database = database;
    this.#observer = observer;
    this.#heads = new HeadCache(database.writer);
  }

  size(): number {
    return this.#nextSequence;
  }

  /** Counts where the log ends; again after a lost session, when the fate of the last statement is unknown. */
  async prepare(): Promise<Result<void>> {
    const session = this.#database.writer;
    const ready = await session.ready();
    if (!ready.ok) return ready;
    if (this.#generation === session.generation()) return ready;
    try {
      const [row] = await session.query({
        text: 'select (select coalesce(max(seq) + 1, 0) from entry), (select coalesce(max(rid) + 1, 1) from record)',
        values: [],
      });
      this.#heads.clear();
      this.#nextSequence = Number(row![0]);
      this.#nextRecord = Number(row![1]);
      await this.#observer.load(this.#nextSequence);
      this.#generation = session.generation();
      return ok(undefined);
    } catch (cause) {
      return fail(failure(cause));
    }
  }

  write(unit: WriteUnit): Promise<Result<{ readonly sequences: readonly number[] }>> {
    const bytes = [...unit.versions, ...unit.events].reduce((sum, row) => sum + row.sealed.length + 512, 0);
    if (this.#closed) return Promise.resolve(fail(codedError(storeErrors, 'store.closed')));
    if (this.#queue.length >= QUEUE_UNITS || (this.#queuedBytes + bytes > QUEUE_BYTES && this.#queue.length > 0)) {
      return Promise.resolve(fail(codedError(storeErrors, 'store.busy')));
    }
    return new Promise((settle) => {
      this.#queue.push({ unit, bytes, settle });
      this.#queuedBytes += bytes;
      this.#running ??= this.#run();
    });
  }

  exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new CodedException(codedError(storeErrors, 'store.closed')));
    return new Promise<T>((resolve, reject) => {
      this.#work.push(async () => {
        await work().then(resolve, reject);
        this.#generation = -1;
        await this.prepare();
      });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    // Let the callers of this turn join the first batch.
    await Promise.resolve();
    while (this.#queue.length > 0 || this.#work.length > 0) {
      await this.#work.shift()?.();
      if (this.#queue.length === 0) continue;
      const batch = this.#take();
      try {
        await this.#flush(batch);
      } catch (cause) {
        for (const waiting of batch) waiting.settle(fail(failure(cause)));
      }
    }
    this.#running = undefined;
  }

  /** The next units. A guard that rows before it in the batch could change waits for the next batch, which sees them. */
  #take(): readonly Waiting[] {
    const touched = new Set<string>();
    let bytes = 0;
    let count = 0;
    for (const { unit, bytes: size } of this.#queue) {
      if (count >= BATCH_UNITS || (count > 0 && bytes + size > BATCH_BYTES)) break;
      if (unit.guards.some(({ touchedBy }) => (touchedBy ? touched.has(`${touchedBy.space}/${touchedBy.type}`) : touched.size > 0))) break;
      for (const version of unit.versions) touched.add(`${version.space}/${version.type}`);
      bytes += size;
      count++;
    }
    const batch = this.#queue.slice(0, count);
    this.#queue = this.#queue.slice(count);
    for (const waiting of batch) this.#queuedBytes -= waiting.bytes;
    return batch;
  }

  async #flush(batch: readonly Waiting[]): Promise<void> {
    const ready = await this.prepare();
    if (!ready.ok) {
      for (const waiting of batch) waiting.settle(ready);
      return;
    }
    await this.#heads.fetch(batch.flatMap(({ unit }) => unit.versions.map((version) => version.key)));
    const assembly = new Assembly(this.#heads, this.#nextSequence, this.#nextRecord);
    const placed: { readonly waiting: Waiting; readonly sequences: readonly number[] }[] = [];
    for (const waiting of batch) {
      const refused = await this.#checkGuards(waiting.unit);
      const added = refused ? fail(refused) : assembly.add(waiting.unit);
      if (added.ok) placed.push({ waiting, sequences: added.value });
      else waiting.settle(added);
    }
    if (placed.length === 0) return;
    const flush = assembly.flush();
    try {
      await this.#database.writer.query(flushStatement(flush));
    } catch (cause) {
      this.#heads.clear();
      if (placed.length === 1 || isConnectionLoss(cause)) {
        // The session may be gone and the statement committed: look again before the next one.
        this.#generation = -1;
        for (const { waiting } of placed) waiting.settle(fail(failure(cause)));
        return;
      }
      // One of the units carries something that the database refuses: it must not take the others with it.
      for (const { waiting } of placed) await this.#flush([waiting]);
      return;
    }
    this.#observer.appended(
      flush.first,
      flush.entries.map(({ leaf }) => leaf),
    );
    assembly.commit();
    this.#heads.trim();
    this.#nextSequence = assembly.nextSequence;
    this.#nextRecord = assembly.nextRecord;
    for (const { waiting, sequences } of placed) waiting.settle(ok({ sequences }));
  }

  async #checkGuards(unit: WriteUnit): Promise<CodedError | undefined> {
    for (const [index, guard] of unit.guards.entries()) {
      const [row] = await this.#database.writer.query(guard.statement);
      const found = Number(row![0]);
      if (found !== guard.count) return codedError(storeErrors, 'store.guard', { data: { guard: index, found } });
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }
}

/** The rows of a batch while it is put together; knows heads as they will be after the units already in it. */
class Assembly {
  readonly #cache: HeadCache;
  readonly #changes = new Map<string, HeadChange>();
  readonly #entries: EntryRow[] = [];
  readonly #eventTokens: { readonly sequence: number; readonly tokens: Uint8Array }[] = [];
  readonly #versions: PlacedVersion[] = [];
  readonly #first: number;
  nextSequence: number;
  nextRecord: number;

  constructor(cache: HeadCache, nextSequence: number, nextRecord: number) {
    this.#cache = cache;
    this.#first = nextSequence;
    this.nextSequence = nextSequence;
    this.nextRecord = nextRecord;
  }

  add(unit: WriteUnit): Result<readonly number[]> {
    const own = new Map<string, HeadChange>();
    let record = this.nextRecord;
    for (const [index, row] of unit.versions.entries()) {
      const name = HeadCache.name(row.key);
      const change = own.get(name) ?? this.#changes.get(name);
      const before = change ? change.before : this.#cache.get(name);
      const stored = change ? change.row.version : (before?.version ?? 0);
      if (row.version !== stored + 1) return fail(codedError(storeErrors, 'store.conflict', { data: { version: index, stored } }));
      own.set(name, { before, rid: change?.rid ?? before?.rid ?? record++, row, sequence: this.nextSequence + index });
    }
    const rids = new Map<string, number>();
    for (const [name, change] of own) {
      this.#changes.set(name, change);
      rids.set(name, change.rid);
    }
    this.nextRecord = record;
    const sequences: number[] = [];
    for (const row of unit.versions) {
      this.#versions.push({ rid: rids.get(HeadCache.name(row.key))!, sequence: this.nextSequence, row });
      sequences.push(this.#place(row));
    }
    for (const row of unit.events) {
      if (row.tokens.length > 0) this.#eventTokens.push({ sequence: this.nextSequence, tokens: row.tokens });
      sequences.push(this.#place(row));
    }
    return ok(sequences);
  }

  #place(row: EntryRow): number {
    this.#entries.push(row);
    return this.nextSequence++;
  }

  flush(): Flush {
    return {
      first: this.#first,
      entries: this.#entries,
      eventTokens: this.#eventTokens,
      versions: this.#versions,
      heads: [...this.#changes.values()],
    };
  }

  commit(): void {
    for (const [name, { rid, row }] of this.#changes) {
      const head: Head = { rid, version: row.version, deleted: row.deleted, tokens: row.tokens, edges: row.edges };
      this.#cache.set(name, head);
    }
  }
}

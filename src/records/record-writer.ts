/** `RecordWriter` over the vault and the store. */
import { codedError } from '../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../base/result.ts';
import { literalWords } from '../store/binary-array.ts';
import { storeErrors } from '../store/errors.ts';
import { failure } from '../store/failure.ts';
import type { StoreWriter } from '../store/writer.ts';
import type { VersionRow, WriteUnit } from '../store/rows.ts';
import type { RecordsContext } from './context.ts';
import { recordsErrors } from './errors.ts';
import type { Unit, VersionDraft, Written } from './model.ts';
import type { RecordWriter } from './ports.ts';
import { prepareEvent, prepareVersion, type IndexWords } from './prepare.ts';
import { compileGuard } from './query/guard.ts';
import type { TermStatistics } from './query/statistics.ts';

export interface ClosableWriter extends RecordWriter {
  /** Waits for the units that are being written; later ones get `store.closed`. */
  close(): Promise<void>;
}

export function createRecordWriter(context: RecordsContext, store: StoreWriter, statistics: TermStatistics): ClosableWriter {
  const running = new Set<Promise<unknown>>();
  let closed = false;

  const append = async (unit: Unit): Promise<Result<Written>> => {
    try {
      const prepared = await prepare(context, statistics, unit);
      if (!prepared.ok) return prepared;
      const written = await store.write(prepared.value);
      return written.ok ? ok<Written>(written.value) : fail(inRecordTerms(unit, written.error));
    } catch (cause) {
      return fail(failure(cause));
    }
  };

  return {
    append(unit) {
      if (closed) return Promise.resolve(fail(codedError(storeErrors, 'store.closed')));
      const appending = append(unit).finally(() => running.delete(appending));
      running.add(appending);
      return appending;
    },
    async close() {
      closed = true;
      await Promise.all(running);
    },
  };
}

/** Keys that do not exist yet are made together, in one statement, instead of one after the other as they come up. */
const haveKeys = ({ keyRing }: RecordsContext, unit: Unit): Promise<unknown> =>
  Promise.all([
    ...[...new Set(unit.versions.map(({ patient }) => patient))].map((patient) => keyRing.forSealing('content', patient)),
    ...[...new Set(unit.events.map(({ patient }) => patient))].map((patient) => keyRing.forSealing('log', patient)),
  ]);

async function prepare(context: RecordsContext, statistics: TermStatistics, unit: Unit): Promise<Result<WriteUnit>> {
  await haveKeys(context, unit);
  const versions: VersionRow[] = [];
  for (const draft of unit.versions) {
    const earlier = draft.deleted && draft.compartments.length === 0 ? await headWords(context, draft, versions) : ok(undefined);
    if (!earlier.ok) return earlier;
    const row = await prepareVersion(context, draft, earlier.value);
    if (!row.ok) return row;
    versions.push(row.value);
  }
  const events = [];
  for (const draft of unit.events) {
    const row = await prepareEvent(context, draft);
    if (!row.ok) return row;
    events.push(row.value);
  }
  return ok({ versions, events, guards: await Promise.all(unit.guards.map((guard) => compileGuard(context, statistics, guard))) });
}

/** A deleted record stays visible (as gone) to those who could see it, and to nobody else: compartments and labels carry over. */
async function headWords(context: RecordsContext, draft: VersionDraft, unit: readonly VersionRow[]): Promise<Result<IndexWords | undefined>> {
  const key = Buffer.from(context.index(draft.space).record(draft.type, draft.id));
  const inUnit = unit.findLast((row) => key.equals(row.key));
  if (inUnit) return ok(inUnit);
  const [row] = await context.database.query({
    name: 'head-words',
    text: 'select compartments::text, labels::text, version from record where key_high = $1::int8 and key_low = $2::int8',
    values: [key.readBigInt64BE(0).toString(), key.readBigInt64BE(8).toString()],
  });
  const stored = row ? (row[2] as number) : 0;
  if (stored !== draft.version - 1) return fail(conflict(draft, stored));
  if (!row) return ok(undefined);
  const none = new Uint8Array(0);
  return ok({ compartments: literalWords(row[0] as string), labels: literalWords(row[1] as string), tokens: none, edges: none });
}

const conflict = ({ type, id }: VersionDraft, stored: unknown): CodedError =>
  codedError(recordsErrors, 'records.conflict', { data: { type, id, version: stored } });

function inRecordTerms(unit: Unit, error: CodedError): CodedError {
  if (error.code === 'store.conflict') {
    return conflict(unit.versions[error.data!.version as number]!, error.data!.stored);
  }
  if (error.code === 'store.guard') return codedError(recordsErrors, 'records.guard', { data: { ...error.data } });
  return error;
}

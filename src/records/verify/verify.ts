/**
 * Verification of everything that an organisation has stored, in one pass over the log: every entry is opened, its commitment and leaf
 * recomputed, every batch compared with the ledger, and every row compared with what was sealed. Reads one snapshot in
 * bounded memory, so that it can run beside the node's work. What each column is checked against: `docs/protocol/storage.md`.
 */
import { newestAnchor, type LedgerHistory } from '../../anchoring/ledger-anchors.ts';
import { eventKindOf, eventSubject, versionSubject, VERSION_KIND, type RecordsContext } from '../context.ts';
import { unwrapEvent, unwrapVersion, type EventHeader, type VersionHeader } from '../envelope.ts';
import type { VersionDraft } from '../model.ts';
import { indexWords, leafOf } from '../prepare.ts';
import { indexDigest } from '../envelope.ts';
import { equalBytes } from '../../base/bytes.ts';
import { expectedEventTokens, expectedHeadWords } from './expected-words.ts';
import { IndexChecker, indexTables } from './index-rows.ts';
import { LogChecker } from './log-checker.ts';
import { expectedTag, readKeys, readNames, type KnownKey, type Names } from './names-and-keys.ts';
import { Findings, type Damage, type StoredReport } from './report.ts';
import { Snapshot } from './scan.ts';
import { FROM_JOINED, JOINED, readJoinedRow, recordDifferences, versionDifferences, wordsHold, type JoinedRow } from './version-rows.ts';

/** What the layer above finds in a content: the terms as they would be written today. */
export type Recompute = (type: string, content: Uint8Array) => Pick<VersionDraft, 'terms' | 'labels' | 'compartments'> | undefined;

export interface VerifyOptions {
  /** Without one the log is checked against itself only. */
  readonly ledger?: LedgerHistory;
  /** The ledger as it is after the rows were read, when `ledger` is a picture of it: rows may be newer than the picture. */
  readonly ledgerAfter?: () => Promise<LedgerHistory | undefined>;
  /** When given, index words are also recomputed from the content of current records. */
  readonly recompute?: Recompute;
  readonly signal?: AbortSignal;
  /** Called now and then with the entries done so far. */
  readonly progress?: (done: number, size: number) => void;
  /** Awaited between pieces of work, so that a check in the background can leave time to others. */
  readonly pace?: () => Promise<void>;
}

/** Throws when the database fails or the signal aborts; damage is in the report. */
export async function verifyStored(context: RecordsContext, options: VerifyOptions = {}): Promise<StoredReport> {
  const started = Date.now();
  // The ledger first: what it has then is in a snapshot taken after.
  const anchored = options.ledger && (await newestAnchor(options.ledger, context.organisation));
  const snapshot = await Snapshot.open(await context.database.connect());
  try {
    const findings = new Findings();
    await new Verification(context, snapshot, findings, options).run(anchored?.number ?? 0);
    const { damages, unchecked, counts, cut } = findings;
    return {
      organisation: context.organisation,
      started,
      finished: Date.now(),
      holds: damages.length === 0,
      checked: counts,
      damages,
      cut,
      unchecked,
    };
  } finally {
    await snapshot.close();
  }
}

type Opened =
  | { readonly kind: 'version'; readonly header: VersionHeader; readonly leaf: Uint8Array; readonly content: Uint8Array }
  | { readonly kind: 'event'; readonly header: EventHeader; readonly leaf: Uint8Array };

class Verification {
  readonly #context: RecordsContext;
  readonly #snapshot: Snapshot;
  readonly #findings: Findings;
  readonly #options: VerifyOptions;
  readonly #idx: IndexChecker;
  readonly #edge: IndexChecker;
  readonly #entryIdx: IndexChecker;
  #keys: ReadonlyMap<number, KnownKey> = new Map();
  #names: Names = { number: () => undefined };

  constructor(context: RecordsContext, snapshot: Snapshot, findings: Findings, options: VerifyOptions) {
    this.#context = context;
    this.#snapshot = snapshot;
    this.#findings = findings;
    this.#options = options;
    this.#idx = new IndexChecker(snapshot, findings, indexTables.idx);
    this.#edge = new IndexChecker(snapshot, findings, indexTables.edge);
    this.#entryIdx = new IndexChecker(snapshot, findings, indexTables.entry_idx);
  }

  /** `anchored`: number of the newest anchor before the snapshot was taken. */
  async run(anchored: number): Promise<void> {
    if (!this.#options.ledger) this.#findings.unchecked.push('Anchored batches: no ledger at hand.');
    this.#keys = await readKeys(this.#context, this.#snapshot, this.#findings);
    this.#names = await readNames(this.#context, this.#snapshot, this.#findings);
    await this.#entries(anchored);
    await this.#loose();
    await this.#idx.finish((owners) => expectedHeadWords(this.#snapshot, 'tokens', owners));
    await this.#edge.finish((owners) => expectedHeadWords(this.#snapshot, 'edges', owners));
    await this.#entryIdx.finish((owners) => expectedEventTokens(this.#context, this.#snapshot, this.#keys, owners));
  }

  async #entries(anchored: number): Promise<void> {
    const { ledger, ledgerAfter } = this.#options;
    const [row] = await this.#snapshot.query('select coalesce(max(seq) + 1, 0) from entry');
    const size = Number(row![0]);
    const log = await LogChecker.begin({ snapshot: this.#snapshot, keys: this.#context.keys, findings: this.#findings, ledger, anchored });
    for await (const batch of this.#snapshot.batches(`select ${JOINED} ${FROM_JOINED} order by e.seq`)) {
      this.#options.signal?.throwIfAborted();
      for (const columns of batch) await this.#inLog(log, readJoinedRow(columns));
      this.#options.progress?.(log.size(), size);
      await this.#options.pace?.();
    }
    await log.finish((await ledgerAfter?.()) ?? ledger);
  }

  async #inLog(log: LogChecker, entry: JoinedRow): Promise<void> {
    const { sequence } = entry;
    // A column can hold numbers that no position is: nothing follows from such a one.
    const isPosition = Number.isSafeInteger(sequence) && sequence >= log.size();
    if (!isPosition) this.#entryDamage(entry, 'verify.position-altered', 'The position of an entry was altered.', 'no');
    else if (sequence > log.size()) {
      // A gap of any length is one finding.
      const from = log.size();
      const where = sequence - from === 1 ? `entry ${from}` : `entries ${from} to ${sequence - 1}`;
      this.#findings.add({ code: 'verify.entry-missing', what: 'Entries of the log were removed.', where, sequence: from, repair: 'peer' });
      await log.skip(sequence);
    }
    const recomputed = await this.#entry(entry);
    if (!isPosition) return;
    const leaf = await log.next({ recomputed, stored: entry.leaf });
    if (leaf && !equalBytes(leaf, entry.leaf))
      this.#entryDamage(entry, 'verify.leaf-altered', 'The commitment stored with an entry was altered.', 'rebuild');
    if (leaf && recomputed && !equalBytes(leaf, recomputed))
      this.#entryDamage(entry, 'verify.content-replaced', 'The content of an entry is not the one that was committed to.', 'peer');
  }

  #entryDamage(entry: JoinedRow, code: string, what: string, repair: Damage['repair'], header?: VersionHeader): void {
    const record = header && { space: header.space, type: header.type, id: header.id, version: header.version };
    this.#findings.add({ code, what, where: `entry ${entry.sequence}`, sequence: entry.sequence, ...(record ? { record } : {}), repair });
  }

  /** Everything that one entry's rows say; returns the leaf recomputed from its content. */
  async #entry(entry: JoinedRow): Promise<Uint8Array | undefined> {
    this.#findings.counts.entries++;
    const isVersion = entry.kind === VERSION_KIND;
    if (!isVersion && (entry.version !== undefined || eventKindOf(entry.kind) === undefined))
      this.#entryDamage(entry, 'verify.kind-altered', 'The kind of an entry was altered.', 'rebuild');
    if (isVersion && (!entry.version || !entry.record))
      this.#entryDamage(entry, 'verify.version-missing', 'The rows that say which record an entry belongs to were removed or altered.', 'peer');
    const key = this.#keys.get(entry.keyId);
    if (key?.destroyed) {
      this.#findings.unchecked.push(`Entry ${entry.sequence}: erased, its key was destroyed.`);
      return undefined;
    }
    const opened = this.#open(entry, key);
    if (!opened) {
      this.#entryDamage(
        entry,
        'verify.does-not-open',
        isVersion ? 'A sealed record was altered.' : 'A sealed log entry (an access, a disclosure) was altered.',
        isVersion ? 'peer' : 'no',
      );
      return undefined;
    }
    const expectedTime = opened.kind === 'version' ? opened.header.lastUpdated : opened.header.time;
    if (entry.time !== expectedTime) this.#entryDamage(entry, 'verify.time-altered', 'The time stored with an entry was altered.', 'rebuild');
    if (key!.tag !== expectedTag(this.#context, opened.kind === 'version' ? 'content' : 'log', opened.header.patient)) {
      this.#entryDamage(entry, 'verify.key-altered', 'The name of the content key of an entry was altered.', 'rebuild');
    }
    if (opened.kind === 'event') {
      this.#findings.counts.events++;
      await this.#entryIdx.expect(opened.header.tokens, entry.sequence);
    } else {
      this.#findings.counts.versions++;
      await this.#version(entry, opened.header, opened.content);
    }
    return opened.leaf;
  }

  #open(entry: JoinedRow, key: KnownKey | undefined): Opened | undefined {
    const isVersion = entry.kind === VERSION_KIND;
    if (!key?.content || (isVersion && (!entry.version || !entry.record))) return undefined;
    const subject = isVersion ? versionSubject(entry.record!.key, entry.version!.version) : eventSubject(entry.kind);
    const opened = this.#context.sealer.open(subject, key.content, entry);
    if (!opened) return undefined;
    try {
      if (isVersion) {
        const { header, content } = unwrapVersion(opened.plaintext);
        return { kind: 'version', header, content, leaf: leafOf(opened.blinder, content) };
      }
      const { header, content } = unwrapEvent(opened.plaintext);
      return { kind: 'event', header, leaf: leafOf(opened.blinder, content) };
    } catch {
      return undefined;
    }
  }

  async #version(entry: JoinedRow, header: VersionHeader, content: Uint8Array): Promise<void> {
    const version = entry.version!;
    const record = entry.record!;
    const rowDamage = (table: string, columns: readonly string[]): void =>
      this.#entryDamage(
        entry,
        `verify.${table}-altered`,
        `What the database says about a record was altered (${table}: ${columns.join(', ')}).`,
        'rebuild',
        header,
      );
    const columns = versionDifferences(this.#names, header, version);
    if (columns.length > 0) rowDamage('version', columns);
    if (record.version < version.version) rowDamage('record', ['version']);
    if (record.version !== version.version) return;
    const headColumns = recordDifferences(this.#context, entry.sequence, header, version, record);
    if (headColumns.length > 0) rowDamage('record', headColumns);
    if (!wordsHold(header, version)) return;
    await this.#idx.expect(version.tokens, version.rid);
    await this.#edge.expect(version.edges, version.rid);
    const fresh = this.#options.recompute?.(header.type, content);
    if (!fresh || header.deleted) return;
    const words = indexWords(this.#context, { space: header.space, deleted: false, ...fresh });
    if (!equalBytes(indexDigest(words), header.index))
      this.#findings.unchecked.push(`Entry ${entry.sequence}: indexed under other terms than this version of the software finds.`);
  }

  /** Rows that belong to nothing: versions without their entry, heads without their version, gaps in a record's versions. */
  async #loose(): Promise<void> {
    const found = async (text: string, code: string, what: string, where: (row: readonly unknown[]) => string): Promise<void> => {
      for await (const row of this.#snapshot.rows(text)) this.#findings.add({ code, what, where: where(row), repair: 'rebuild' });
    };
    await found(
      'select v.seq from version v left join entry e on e.seq = v.seq where e.seq is null',
      'verify.version-loose',
      'A version row belongs to no entry of the log.',
      ([seq]) => `version ${seq}`,
    );
    await found(
      'select r.rid from record r left join version v on v.seq = r.seq and v.rid = r.rid and v.version = r.version where v.seq is null',
      'verify.record-loose',
      'A record points to a version that is not there.',
      ([rid]) => `record ${rid}`,
    );
    await found(
      'select rid from version group by rid having count(*) <> max(version) or min(version) <> 1',
      'verify.versions-gap',
      'Versions of a record are missing.',
      ([rid]) => `record ${rid}`,
    );
  }
}

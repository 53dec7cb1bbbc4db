/**
 * Verification of everything that an organisation has stored, in one pass over the log: every entry is opened, its commitment and leaf
 * recomputed, the tree compared with every head on the ledger, and every row compared with what was sealed. Reads one snapshot in
 * bounded memory, so that it can run beside the node's work. What each column is checked against: `docs/protocol/storage.md`.
 */
import { anchorsOnLedger, type Anchor, type LedgerHistory } from '../../anchoring/anchor-history.ts';
import { PADDING_KIND, paddingLeaf } from '../../anchoring/padding.ts';
import { eventKindOf, eventSubject, versionSubject, VERSION_KIND, type RecordsContext } from '../context.ts';
import { unwrapEvent, unwrapVersion, type EventHeader, type VersionHeader } from '../envelope.ts';
import type { VersionDraft } from '../model.ts';
import { indexWords, leafOf } from '../prepare.ts';
import { indexDigest } from '../envelope.ts';
import { equalBytes } from '../../base/bytes.ts';
import { anchorRows } from './anchor-rows.ts';
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
  // Anchors first: what is anchored then is in a snapshot taken after.
  const anchors = options.ledger && (await anchorsOf(options.ledger, context.organisation));
  const snapshot = await Snapshot.open(await context.database.connect());
  try {
    const findings = new Findings();
    await new Verification(context, snapshot, findings, options).run(anchors);
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

async function anchorsOf(ledger: LedgerHistory, organisation: string): Promise<readonly Anchor[]> {
  const anchors: Anchor[] = [];
  for await (const anchor of anchorsOnLedger(ledger, organisation)) if (anchor.size !== anchors.at(-1)?.size) anchors.push(anchor);
  return anchors;
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

  async run(anchors: readonly Anchor[] | undefined): Promise<void> {
    const { ledger } = this.#options;
    if (!anchors) this.#findings.unchecked.push('Anchored heads: no ledger at hand.');
    this.#keys = await readKeys(this.#context, this.#snapshot, this.#findings);
    this.#names = await readNames(this.#context, this.#snapshot, this.#findings);
    await this.#entries(anchors ?? []);
    await this.#loose();
    await this.#idx.finish((owners) => expectedHeadWords(this.#snapshot, 'tokens', owners));
    await this.#edge.finish((owners) => expectedHeadWords(this.#snapshot, 'edges', owners));
    await this.#entryIdx.finish((owners) => expectedEventTokens(this.#context, this.#snapshot, this.#keys, owners));
    const after = (await this.#options.ledgerAfter?.()) ?? ledger;
    if (after) await anchorRows(this.#snapshot, this.#findings, await anchorsOf(after, this.#context.organisation));
  }

  async #entries(anchors: readonly Anchor[]): Promise<void> {
    const [row] = await this.#snapshot.query('select coalesce(max(seq) + 1, 0) from entry');
    const size = Number(row![0]);
    const log = new LogChecker(this.#snapshot, this.#findings, anchors, size);
    const missing = async (until: number): Promise<void> => {
      // A gap of any length is one finding, and is filled from tiles as far as they reach.
      const from = log.size();
      if (from >= until) return;
      const where = until - from === 1 ? `entry ${from}` : `entries ${from} to ${until - 1}`;
      this.#findings.add({ code: 'verify.entry-missing', what: 'Entries of the log were removed.', where, sequence: from, repair: 'peer' });
      while (log.size() < until && (await log.next({ recomputed: undefined, stored: undefined }))) continue;
    };
    let broken = false;
    for await (const batch of this.#snapshot.batches(`select ${JOINED} ${FROM_JOINED} order by e.seq`)) {
      this.#options.signal?.throwIfAborted();
      for (const columns of batch) {
        const entry = readJoinedRow(columns);
        if (!broken) await missing(entry.sequence);
        const recomputed = await this.#entry(entry);
        if (broken || entry.sequence !== log.size()) {
          broken = true;
          continue;
        }
        const leaf = await log.next({ recomputed, stored: entry.leaf });
        if (leaf && !equalBytes(leaf, entry.leaf))
          this.#entryDamage(entry, 'verify.leaf-altered', 'The commitment stored with an entry was altered.', 'rebuild');
        if (leaf && recomputed && !equalBytes(leaf, recomputed))
          this.#entryDamage(entry, 'verify.content-replaced', 'The content of an entry is not the one that was committed to.', 'peer');
      }
      this.#options.progress?.(log.size(), size);
      await this.#options.pace?.();
    }
    if (broken)
      this.#findings.add({
        code: 'verify.tree-incomplete',
        what: 'Entries are missing whose hashes are nowhere: heads behind them cannot be recomputed.',
        where: `entry ${log.size()}`,
        repair: 'no',
      });
    await log.finish();
  }

  #entryDamage(entry: JoinedRow, code: string, what: string, repair: Damage['repair'], header?: VersionHeader): void {
    const record = header && { space: header.space, type: header.type, id: header.id, version: header.version };
    this.#findings.add({ code, what, where: `entry ${entry.sequence}`, sequence: entry.sequence, ...(record ? { record } : {}), repair });
  }

  /** Everything that one entry's rows say; returns the leaf recomputed from its content. */
  async #entry(entry: JoinedRow): Promise<Uint8Array | undefined> {
    this.#findings.counts.entries++;
    if (entry.kind === PADDING_KIND) return this.#padding(entry);
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

  #padding(entry: JoinedRow): Uint8Array | undefined {
    this.#findings.counts.padding++;
    // A column can hold numbers that no position is: nothing follows from such a one.
    if (!Number.isSafeInteger(entry.sequence) || entry.sequence < 0) {
      this.#findings.add({
        code: 'verify.position-altered',
        what: 'The position of an entry was altered.',
        where: `entry ${entry.sequence}`,
        repair: 'no',
      });
      return undefined;
    }
    const expected = paddingLeaf(this.#context.keys.paddingKey, entry.sequence);
    const plain = entry.time === 0 && entry.keyId === 0 && entry.wrapped.length === 0 && entry.sealed.length === 0 && entry.version === undefined;
    if (!plain) this.#entryDamage(entry, 'verify.padding-altered', 'A padding entry was altered, or an entry was made to look like one.', 'rebuild');
    return expected;
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

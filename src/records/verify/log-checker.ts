/**
 * The log against the ledger. For each entry there are up to three witnesses of its leaf: the opened content, the entry's own leaf
 * column, the row of its batch. A batch that the ledger has as it stands there decides; whichever witness differs was altered. Since
 * the commitment to a batch also tells where in the log it begins, the batches that hold, laid end to end, are the whole log.
 */
import { endOf, LEAF_BYTES, sizeOf } from '../../anchoring/batch-commitment.ts';
import { BATCH_COLUMNS, batchOf, follows, type StoredBatch } from '../../anchoring/batch-table.ts';
import { anchorsOnLedger, newestAnchor, type LedgerHistory } from '../../anchoring/ledger-anchors.ts';
import { recoverBatches } from '../../anchoring/recover-batches.ts';
import { equalBytes } from '../../base/bytes.ts';
import type { OrganisationKeys } from '../../vault/organisation-keys.ts';
import { batchVerdict, type BatchVerdict } from './batch-proof.ts';
import type { Findings } from './report.ts';
import type { Snapshot } from './scan.ts';

/** Read at a time: a row can have two megabytes of leaves. */
const ROWS = 8;

export interface Witnesses {
  /** From the opened content; undefined when it does not open. */
  readonly recomputed: Uint8Array | undefined;
  /** The column; undefined when the row is missing. */
  readonly stored: Uint8Array | undefined;
}

type Verdict = BatchVerdict | 'unsent' | 'unasked';

/** The row is what was anchored. */
const isFirm = (verdict: Verdict): boolean => verdict === 'held' || verdict === 'kept' || verdict === 'later';
/** Nothing but the other witnesses speaks for the row. */
const isWeak = (verdict: Verdict): boolean => verdict === 'unsent' || verdict === 'unasked' || verdict === 'gone';

interface Checked {
  readonly batch: StoredBatch;
  /** `unsent`: it is not known to be on the ledger · `unasked`: there is no ledger to ask. */
  readonly verdict: Verdict;
  /** The entries have the same leaves, as far as they were seen. */
  agrees: boolean;
}

export interface LogSource {
  readonly snapshot: Snapshot;
  readonly keys: OrganisationKeys;
  readonly findings: Findings;
  readonly ledger: LedgerHistory | undefined;
  /** Number of the newest anchor before the snapshot was taken. */
  readonly anchored: number;
}

export class LogChecker {
  readonly #source: LogSource;
  readonly #rows: AsyncGenerator<StoredBatch>;
  #next: StoredBatch | undefined;
  #current: Checked | undefined;
  /** Batches that were altered, or that the ledger at hand does not reach. */
  #altered = 0;
  readonly #later: StoredBatch[] = [];
  /** The last batch that is on the ledger, and whether those up to it leave no entry out. */
  #last: StoredBatch | undefined;
  readonly #gaps: (readonly [from: number, until: number])[] = [];
  /** The row before the current one, and whether it was reported. */
  #previous: { readonly batch: StoredBatch; readonly altered: boolean } | undefined;
  /** Where the newest stored batch ends. */
  #end = 0;
  #size = 0;
  /** Batches whose anchors the ledger does not keep any more. */
  #kept = 0;

  private constructor(source: LogSource) {
    this.#source = source;
    this.#rows = batchesOf(source.snapshot);
  }

  static async begin(source: LogSource): Promise<LogChecker> {
    const checker = new LogChecker(source);
    await checker.#read();
    return checker;
  }

  /** Entries passed so far. */
  size(): number {
    return this.#size;
  }

  /** Passes over positions whose entries are not there. */
  async skip(until: number): Promise<void> {
    await this.#advance(until);
    this.#size = until;
  }

  /** The next position; returns the leaf that it must have, undefined when there is no witness at all. */
  async next({ recomputed, stored }: Witnesses): Promise<Uint8Array | undefined> {
    const at = this.#size++;
    await this.#advance(at);
    const current = this.#current;
    const batched = current && leafAt(current.batch, at);
    let leaf = recomputed ?? stored;
    if (current && batched) {
      const votes = [recomputed, stored].filter((witness) => witness && equalBytes(witness, batched)).length;
      if (isFirm(current.verdict) || (isWeak(current.verdict) && (votes > 0 || !leaf))) leaf = batched;
      if (leaf && !equalBytes(leaf, batched)) current.agrees = false;
    }
    return leaf;
  }

  /** Makes the batch that covers the position the current one. */
  async #advance(at: number): Promise<void> {
    if (this.#current && at >= endOf(this.#current.batch)) this.#settle();
    while (this.#next && this.#next.first <= at) {
      this.#settle();
      await this.#take(this.#next);
      await this.#read();
      if (this.#current && at >= endOf(this.#current.batch)) this.#settle();
    }
  }

  async #read(): Promise<void> {
    const { value, done } = await this.#rows.next();
    this.#next = done === true ? undefined : value;
  }

  async #take(batch: StoredBatch): Promise<void> {
    const { ledger, keys } = this.#source;
    const verdict = batch.place === undefined ? 'unsent' : ledger ? await batchVerdict(ledger, keys, batch) : 'unasked';
    this.#current = { batch, verdict, agrees: true };
  }

  /** The current batch was passed over. */
  #settle(): void {
    const checked = this.#current;
    if (!checked) return;
    this.#current = undefined;
    const { batch, verdict, agrees } = checked;
    const { findings } = this.#source;
    const before = this.#previous;
    // Nothing is closed behind a batch that is not on the ledger.
    if (before && before.batch.place === undefined && !before.altered) this.#wasAltered(before.batch);
    const isWrong = verdict === 'place' || verdict === 'other' || verdict === 'evidence';
    const fits = verdict !== 'unsent' || before?.altered === true || follows(batch, before?.batch);
    const altered = isWrong || !fits || (isWeak(verdict) && !agrees);
    this.#previous = { batch, altered };
    if (altered) {
      // The same in the batch and in the entries, and not what the ledger has: not the row was changed, but the log.
      if (verdict === 'other' && agrees && sizeOf(batch) > 0) this.#rewritten(batch);
      else this.#wasAltered(batch);
      return;
    }
    this.#end = Math.max(this.#end, endOf(batch));
    if (verdict === 'unsent') return;
    if (verdict === 'gone') findings.unchecked.push(`Batch ${batch.number}: its anchor is older than what this ledger keeps.`);
    if (verdict === 'later') this.#later.push(batch);
    if (verdict === 'held' || verdict === 'kept') findings.counts.anchors++;
    if (verdict === 'kept') this.#kept++;
    const expected = this.#last ? endOf(this.#last) : 0;
    if (batch.first > expected) this.#gaps.push([expected, batch.first]);
    if (!this.#last || batch.number > this.#last.number) this.#last = batch;
  }

  #wasAltered({ number }: StoredBatch): void {
    this.#altered++;
    this.#source.findings.add({
      code: 'verify.batch-altered',
      what: 'What is stored about a batch of the log (its entries, its place on the ledger) was altered.',
      where: `batch ${number}`,
      repair: 'rebuild',
    });
  }

  #rewritten(batch: StoredBatch): void {
    this.#altered++;
    this.#source.findings.add({
      code: 'verify.not-anchored-log',
      what: 'The log is not the one that was put on the ledger: it was rewritten here.',
      where: `entries ${batch.first} to ${endOf(batch) - 1} (batch ${batch.number})`,
      repair: 'no',
    });
  }

  /** Everything was seen. `after`: the ledger as it is now. */
  async finish(after: LedgerHistory | undefined): Promise<void> {
    const { findings } = this.#source;
    this.#settle();
    while (this.#next) {
      await this.#take(this.#next);
      // Of these no entry was seen.
      if (sizeOf(this.#next) > 0) this.#current!.agrees = false;
      await this.#read();
      this.#settle();
    }
    if (this.#end > this.#size) this.#truncated(`its batches have ${this.#end}`, this.#end);
    if (this.#kept > 0)
      findings.unchecked.push(`Batches older than what this ledger keeps: ${this.#kept}, compared with the receipts that are kept here.`);
    if (!after) return;
    await this.#laterOnes(after);
    if (this.#altered === 0) {
      for (const [from, until] of this.#gaps) this.#missing(from, until);
      if (this.#end <= this.#size) await this.#behind();
    }
    const proven = this.#last ? endOf(this.#last) : 0;
    if (proven < this.#size) findings.unchecked.push(`${this.#size - proven} entries behind entry ${proven}: not proven by an anchor.`);
  }

  async #laterOnes(after: LedgerHistory): Promise<void> {
    const { findings, keys } = this.#source;
    if (this.#later.length === 0) return;
    const newest = (await newestAnchor(after, keys.organisation))?.number ?? 0;
    for (const batch of this.#later) {
      const verdict = await batchVerdict(after, keys, batch);
      if (verdict === 'held') findings.counts.anchors++;
      else if (verdict === 'later' && batch.number > newest) findings.unchecked.push(`Batch ${batch.number}: the ledger at hand does not go so far.`);
      else this.#wasAltered(batch);
    }
  }

  /** What the ledger had before the snapshot was taken, beyond the newest batch that is stored. */
  async #behind(): Promise<void> {
    const { ledger, keys, snapshot, anchored } = this.#source;
    const last = this.#last;
    const known = last?.number ?? 0;
    if (!ledger || anchored <= known) return;
    const anchors = async function* () {
      for await (const anchor of anchorsOnLedger(ledger, keys.organisation, last?.place?.logIndex ?? 0)) {
        if (anchor.number > known) yield anchor;
        if (anchor.number >= anchored) return;
      }
    };
    const leavesFrom = async (first: number, limit: number): Promise<Uint8Array> =>
      Buffer.concat(
        (await snapshot.query('select leaf from entry where seq >= $1 and seq < $2 order by seq', [first, first + limit])).map(
          ([leaf]) => leaf as Uint8Array,
        ),
      );
    const unsent = new Set((await snapshot.query('select number from batch where log_index is null')).map(([number]) => Number(number)));
    for await (const { anchor, batch } of recoverBatches(keys.batchKey, anchors(), last ? endOf(last) : 0, leavesFrom)) {
      if (!batch) return this.#truncated(`the ledger has batch ${anchor.number} with more of them`, undefined);
      if (sizeOf(batch) > 0 && !unsent.has(batch.number)) this.#missing(batch.first, endOf(batch));
    }
  }

  #missing(from: number, until: number): void {
    this.#source.findings.add({
      code: 'verify.batch-missing',
      what: 'The note of which entries a batch on the ledger has was removed.',
      where: `entries ${from} to ${until - 1}`,
      repair: 'rebuild',
    });
  }

  #truncated(why: string, end: number | undefined): void {
    this.#source.findings.add({
      code: 'verify.truncated',
      what: `The log ends at ${this.#size} entries; ${why}: the end was cut off, or an older copy was put back.`,
      where: end === undefined ? `entries from ${this.#size} on` : `entries ${this.#size} to ${end - 1}`,
      sequence: this.#size,
      repair: 'no',
    });
  }
}

function leafAt(batch: StoredBatch, position: number): Uint8Array | undefined {
  const from = (position - batch.first) * LEAF_BYTES;
  const leaf = batch.leaves.subarray(from, from + LEAF_BYTES);
  return leaf.length === LEAF_BYTES ? leaf : undefined;
}

async function* batchesOf(snapshot: Snapshot): AsyncGenerator<StoredBatch> {
  for await (const row of snapshot.rows(`select ${BATCH_COLUMNS} from batch order by first, number`, ROWS)) yield batchOf(row);
}

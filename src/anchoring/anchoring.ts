/**
 * Puts the organisation's log on the ledger: each interval closes one batch with the entries since the last and sends the commitment to
 * it, also when there are none. Neither how much nor whether anything was written shows, nor does the moment tell how long the work took.
 *
 * A batch is stored before it is sent, and sent again until the ledger has it; only then is the next one closed. Before anything is
 * sent, what is stored must be what the ledger has; if it is not, the node goes on reading and refuses to anchor, because an anchor would
 * make the alteration official.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { codedError } from '../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../base/result.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { signTransaction } from '../ledger/transaction/sign.ts';
import type { Database } from '../store/database.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import { encodeEvidence, evidenceOnLedger } from './evidence.ts';
import { commitmentOf, endOf, sizeOf, type Batch } from './batch-commitment.ts';
import { BatchReceipts, type AnchoredPlace } from './batch-receipts.ts';
import { BatchTable, type StoredBatch } from './batch-table.ts';
import { anchoringErrors } from './errors.ts';
import type { Place } from './ledger-anchors.ts';
import { lookAtLog } from './look-at-log.ts';
import type { OpenBatch } from './open-batch.ts';

const DEFAULT_INTERVAL_MS = 5_000;
/** How long before its moment a batch is closed, at most: the work must be done when the moment comes. */
const LEAD_MS = 250;
const LIFETIME_BLOCKS = 1_000;
/** Batches whose evidence is fetched at a time. */
const EVIDENCE_AT_ONCE = 16;

export interface AnchoringOptions {
  readonly keys: OrganisationKeys;
  readonly ledger: LedgerClient;
  readonly database: Database;
  readonly open: OpenBatch;
  /** Milliseconds; 0: only when asked. */
  readonly intervalMs?: number;
}

/** A batch that is on the ledger. */
export interface Anchored extends Place {
  readonly number: number;
  /** Entries in it. */
  readonly size: number;
}

export class Anchoring {
  readonly #options: AnchoringOptions;
  readonly #table: BatchTable;
  readonly #receipts: BatchReceipts;
  readonly #stop = new AbortController();
  /** The newest batch that the ledger has. */
  #landed: StoredBatch | undefined;
  #alarm: CodedError | undefined;
  #isBehind = false;
  #lastFailure: CodedError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #running: Promise<unknown> = Promise.resolve();
  #keeping: Promise<void> | undefined;
  #release: (() => void) | undefined;

  private constructor(options: AnchoringOptions) {
    this.#options = options;
    this.#table = new BatchTable(options.database);
    const { organisation, batchKey } = options.keys;
    this.#receipts = new BatchReceipts({ organisation, batchKey, ledger: options.ledger, table: this.#table });
  }

  /** Compares the log with the ledger and starts the rhythm. */
  static async open(options: AnchoringOptions): Promise<Anchoring> {
    const anchoring = new Anchoring(options);
    anchoring.#release = options.ledger.keepFrom?.(() => anchoring.#needed());
    await anchoring.#look(true);
    anchoring.#due = performance.now();
    anchoring.#schedule();
    return anchoring;
  }

  /** `anchoring.truncated` or `anchoring.forked`: nothing is anchored while it stands. */
  alarm(): CodedError | undefined {
    return this.#alarm;
  }

  /** The newest anchor. */
  last(): Anchored | undefined {
    const { number, place } = this.#landed ?? {};
    return number === undefined || place === undefined ? undefined : { number, size: sizeOf(this.#landed!), ...place };
  }

  /** Entries of the log that are on the ledger: those before this position. */
  anchored(): number {
    return this.#landed ? endOf(this.#landed) : 0;
  }

  /** Why the newest attempt did not succeed. */
  lastFailure(): CodedError | undefined {
    return this.#lastFailure;
  }

  /**
   * Anchors the next batch: what is in the log at the time of the call, up to 65,536 entries. `anchoring.truncated`, `anchoring.forked`,
   * `anchoring.refused`, `anchoring.closed`.
   */
  anchorNow(): Promise<Result<Anchored>> {
    return this.#inTurn(() => this.#anchor(0));
  }

  /** Work on the stored batches while none is closed; afterwards they are compared with the ledger anew. */
  atRest<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const done = await work();
      this.#receipts.forget();
      await this.#look(true);
      return done;
    });
  }

  /** The receipt of an entry (`docs/protocol/receipts.md`). `anchoring.pending`. */
  receipt(sequence: number, opening: { readonly blinder: Uint8Array; readonly contentHash: Uint8Array }): Promise<Result<Uint8Array>> {
    return this.#receipts.receipt(sequence, opening);
  }

  /** Where an entry is, for those who have the ledger themselves. `anchoring.pending`. */
  place(sequence: number): Promise<Result<AnchoredPlace>> {
    return this.#receipts.place(sequence);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#running.then(work, work);
    this.#running = next.catch(() => undefined);
    return next;
  }

  async #anchor(due: number): Promise<Result<Anchored>> {
    const result = await this.#attempt(due).catch((cause: Error): Result<Anchored> => refused({ cause: cause.message }));
    this.#lastFailure = result.ok ? undefined : result.error;
    return result;
  }

  async #attempt(due: number): Promise<Result<Anchored>> {
    if (this.#stop.signal.aborted) return fail(codedError(anchoringErrors, 'anchoring.closed'));
    // Every time anew: an alarm ends when the log has been restored.
    const sent = await this.#look(this.#alarm !== undefined);
    if (this.#alarm) return fail(this.#alarm);
    if (this.#isBehind) return refused({ cause: 'This node’s ledger is not as far yet as it was at the last anchor.' });
    const batch = sent ?? (await this.#close());
    const transaction = await this.#transactionOf(batch);
    const early = due - performance.now();
    if (early > 0) await sleep(early, undefined, { signal: this.#stop.signal });
    // What the ledger makes of it after the end is seen at the next start.
    const committed = await Promise.race([this.#options.ledger.submit(transaction), this.#stopped()]);
    if (!committed.ok) return refused({ code: committed.error.code, cause: committed.error.message });
    const { logIndex, height, time } = committed.value;
    const place = { logIndex, height, time };
    await this.#table.settle(batch.number, place);
    this.#landed = { ...batch, place, evidence: undefined };
    this.#keeping ??= this.#keepEvidence().finally(() => (this.#keeping = undefined));
    return ok(this.last()!);
  }

  #stopped(): Promise<Result<never>> {
    const closed = fail(codedError(anchoringErrors, 'anchoring.closed'));
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      if (signal.aborted) resolve(closed);
      else signal.addEventListener('abort', () => resolve(closed), { once: true });
    });
  }

  /** Stored and ledger compared: sets the alarm and the newest landed batch; returns a batch that was closed and is not on the ledger. */
  async #look(thoroughly: boolean): Promise<Batch | undefined> {
    const { keys, ledger } = this.#options;
    const { alarm, landed, sent, isBehind } = await lookAtLog(this.#table, ledger, keys, thoroughly);
    this.#alarm = alarm;
    this.#isBehind = isBehind === true;
    this.#landed = landed ?? this.#landed;
    return sent;
  }

  async #close(): Promise<Batch> {
    const { open } = this.#options;
    const number = (this.#landed?.number ?? 0) + 1;
    const first = this.anchored();
    // Not what is expected after the stored batches were repaired.
    if (open.take().first !== first) await open.load();
    const { leaves, ...from } = open.take();
    if (from.first !== first) throw new Error(`the next batch begins at ${first}, not at ${from.first}`);
    const batch = { number, first, leaves };
    await this.#table.add(batch);
    await open.closed(endOf(batch));
    return batch;
  }

  /** Oldest height of which transactions are needed here: anchors whose evidence is not kept yet, and the newest, behind which the log goes on. */
  async #needed(): Promise<number> {
    const newest = this.#landed?.place?.height ?? 0;
    return Math.min(newest, (await this.#table.oldestWithoutEvidence()) ?? newest);
  }

  /** Not waited for: attestations may take their time, and what is not here now is asked for at the next interval. */
  async #keepEvidence(): Promise<void> {
    const { ledger, keys } = this.#options;
    const wanted = await this.#table.withoutEvidence(EVIDENCE_AT_ONCE).catch(() => []);
    for (const { number, place } of wanted) {
      try {
        const evidence = await Promise.race([evidenceOnLedger(ledger, keys.organisation, number, place), this.#stopped()]);
        if ('ok' in evidence) return;
        await this.#table.keepEvidence(number, encodeEvidence(keys.batchKey, number, evidence));
      } catch {
        // The ledger can't give it yet, or not any more.
      }
    }
  }

  async #transactionOf(batch: Batch): Promise<Uint8Array> {
    const { keys, ledger } = this.#options;
    const commitment = await commitmentOf(keys.batchKey, batch);
    return signTransaction(
      {
        chainId: ledger.chainId,
        expiryHeight: ledger.head().height + LIFETIME_BLOCKS,
        salt: new Uint8Array(randomBytes(8)),
        operations: [{ op: 'anchors.anchor', org: keys.organisation, number: batch.number, commitment }],
      },
      keys.ledgerSeed,
    );
  }

  #schedule(): void {
    const interval = this.#options.intervalMs ?? DEFAULT_INTERVAL_MS;
    if (interval === 0 || this.#stop.signal.aborted) return;
    const lead = Math.min(LEAD_MS, interval / 10);
    this.#due = Math.max(this.#due + interval, performance.now() + lead);
    const due = this.#due;
    const work = (): void => void this.#inTurn(() => this.#anchor(due)).finally(() => this.#schedule());
    this.#timer = setTimeout(work, Math.max(0, due - lead - performance.now()));
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#release?.();
    clearTimeout(this.#timer);
    await this.#running;
    await this.#keeping;
  }
}

const refused = (data: Readonly<Record<string, unknown>>): Result<Anchored> => fail(codedError(anchoringErrors, 'anchoring.refused', { data }));

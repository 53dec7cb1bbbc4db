/**
 * Puts the head of the organisation's log on the ledger, every interval, padded and also when idle: neither how much nor whether
 * anything was written shows. On opening, the log must extend what the ledger has; if it does not, the node goes on reading and
 * refuses to anchor, because an anchor would make the alteration official.
 */
import { randomBytes } from 'node:crypto';
import { equalBytes } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, unwrap, type CodedError, type Result } from '../base/result.ts';
import { anchorStateKey, decodeAnchor } from '../ledger/anchors/state.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { emptyRoot } from '../ledger/proofs/merkle-log.ts';
import { encodeEntryReceipt } from '../ledger/receipts/entry-receipt.ts';
import { signTransaction } from '../ledger/transaction/sign.ts';
import { encodeOperationProof, proveOperation } from '../ledger/transaction/operation-proof.ts';
import type { Database } from '../store/database.ts';
import type { StoreWriter } from '../store/writer.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import { AnchorHistory, type Anchor } from './anchor-history.ts';
import { anchoringErrors } from './errors.ts';
import type { OrganisationLog } from './organisation-log.ts';
import { PADDED_TO, paddingFor } from './padding.ts';

const DEFAULT_INTERVAL_MS = 5_000;
const LIFETIME_BLOCKS = 1_000;
const KEPT_EVIDENCE = 64;

export interface AnchoringOptions {
  readonly keys: OrganisationKeys;
  readonly ledger: LedgerClient;
  readonly tree: OrganisationLog;
  readonly database: Database;
  readonly store: StoreWriter;
  /** Milliseconds; 0: only when asked. */
  readonly intervalMs?: number;
}

export interface Evidence {
  readonly anchor: Uint8Array;
  readonly ledger: Uint8Array;
}

export class Anchoring {
  readonly history: AnchorHistory;
  readonly #options: AnchoringOptions;
  readonly #evidence = new Map<number, Evidence>();
  #alarm: CodedError | undefined;
  #last: Anchor | undefined;
  #lastFailure: CodedError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<Result<Anchor>> = Promise.resolve(fail(codedError(anchoringErrors, 'anchoring.pending')));
  #closed = false;

  private constructor(options: AnchoringOptions) {
    this.#options = options;
    this.history = new AnchorHistory(options.database);
  }

  /** Compares the log with the ledger and starts the rhythm. */
  static async open(options: AnchoringOptions): Promise<Anchoring> {
    const anchoring = new Anchoring(options);
    await anchoring.history.catchUp(options.ledger, options.keys.organisation);
    const head = await anchoring.#onLedger();
    anchoring.#alarm = await anchoring.#compare(head);
    [anchoring.#last] = await anchoring.history.list(1);
    anchoring.#schedule();
    return anchoring;
  }

  /** `anchoring.truncated` or `anchoring.forked`: nothing is anchored while it stands. */
  alarm(): CodedError | undefined {
    return this.#alarm;
  }

  /** The newest anchor. */
  last(): Anchor | undefined {
    return this.#last;
  }

  /** Why the newest attempt did not succeed. */
  lastFailure(): CodedError | undefined {
    return this.#lastFailure;
  }

  /** Anchors everything that is in the log at the time of the call. `anchoring.truncated`, `anchoring.forked`, `anchoring.refused`. */
  anchorNow(): Promise<Result<Anchor>> {
    const next = this.#running.then(
      () => this.#anchor(),
      () => this.#anchor(),
    );
    this.#running = next;
    return next;
  }

  /** After repairs: notes of anchors are read again from the ledger, and the log is compared with it anew. */
  async refresh(): Promise<void> {
    const { ledger, keys } = this.#options;
    await this.history.catchUp(ledger, keys.organisation);
    this.#alarm = await this.#compare(await this.#onLedger());
  }

  async #anchor(): Promise<Result<Anchor>> {
    const result = await this.#attempt().catch((cause: Error): Result<Anchor> => refused({ cause: cause.message }));
    this.#lastFailure = result.ok ? undefined : result.error;
    return result;
  }

  async #attempt(): Promise<Result<Anchor>> {
    if (this.#closed) return fail(codedError(anchoringErrors, 'anchoring.closed'));
    const { keys, ledger, tree, store } = this.#options;
    // Every time anew: an alarm ends when the log has been restored.
    const previous = await this.#onLedger();
    this.#alarm = await this.#compare(previous);
    if (this.#alarm) return fail(this.#alarm);
    const padded = await store.write({ versions: [], events: paddingFor(keys.paddingKey, tree.size()), guards: [] });
    if (!padded.ok) return padded;
    const size = Math.floor(tree.size() / PADDED_TO) * PADDED_TO;
    const root = await tree.root(size);
    const path = await tree.consistency(previous.size, size);
    const transaction = signTransaction(
      {
        chainId: ledger.chainId,
        expiryHeight: ledger.head().height + LIFETIME_BLOCKS,
        salt: new Uint8Array(randomBytes(8)),
        operations: [
          { op: 'anchors.anchor', org: keys.organisation, size, root: new Uint8Array(root), path: path.map((hash) => new Uint8Array(hash)) },
        ],
      },
      keys.ledgerSeed,
    );
    const committed = await ledger.submit(transaction);
    if (!committed.ok) return refused({ code: committed.error.code, cause: committed.error.message });
    const { logIndex, height, time } = committed.value;
    const anchor: Anchor = { size, root, logIndex, height, time };
    await this.history.add(anchor);
    this.#last = anchor;
    return ok(anchor);
  }

  /** The newest head that the ledger has of this log. */
  async #onLedger(): Promise<{ readonly size: number; readonly root: Uint8Array }> {
    const bytes = await this.#options.ledger.get(anchorStateKey(this.#options.keys.organisation));
    return bytes ? unwrap(decodeAnchor(bytes)) : { size: 0, root: emptyRoot() };
  }

  async #compare({ size, root }: { readonly size: number; readonly root: Uint8Array }): Promise<CodedError | undefined> {
    const { tree } = this.#options;
    if (tree.size() < size) return codedError(anchoringErrors, 'anchoring.truncated', { data: { entries: tree.size(), anchored: size } });
    const own = await tree.root(size).catch(() => undefined);
    return own && equalBytes(own, root) ? undefined : codedError(anchoringErrors, 'anchoring.forked', { data: { anchored: size } });
  }

  /** The receipt of an entry (`docs/protocol/receipts.md`). `anchoring.pending`. */
  async receipt(index: number, opening: { readonly blinder: Uint8Array; readonly contentHash: Uint8Array }): Promise<Result<Uint8Array>> {
    const anchor = await this.history.covering(index);
    if (!anchor) return fail(codedError(anchoringErrors, 'anchoring.pending'));
    const [path, evidence] = await Promise.all([this.#options.tree.inclusion(index, anchor.size), this.#evidenceOf(anchor)]);
    return ok(encodeEntryReceipt({ opening, log: { org: this.#options.keys.organisation, index, size: anchor.size, path }, ...evidence }));
  }

  async #evidenceOf({ logIndex }: Anchor): Promise<Evidence> {
    let evidence = this.#evidence.get(logIndex);
    if (!evidence) {
      const { ledger } = this.#options;
      const [transaction, receipt] = await Promise.all([ledger.transactionAt(logIndex), ledger.receipt(logIndex)]);
      if (!transaction) throw new Error(`the ledger has no transaction ${logIndex}`);
      evidence = { anchor: encodeOperationProof(unwrap(proveOperation(transaction.bytes, 0))), ledger: receipt };
      if (this.#evidence.size >= KEPT_EVIDENCE) this.#evidence.delete(this.#evidence.keys().next().value!);
      this.#evidence.set(logIndex, evidence);
    }
    return evidence;
  }

  #schedule(): void {
    const interval = this.#options.intervalMs ?? DEFAULT_INTERVAL_MS;
    if (interval === 0 || this.#closed) return;
    this.#timer = setTimeout(() => void this.anchorNow().finally(() => this.#schedule()), interval);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running.catch(() => undefined);
  }
}

const refused = (data: Readonly<Record<string, unknown>>): Result<Anchor> => fail(codedError(anchoringErrors, 'anchoring.refused', { data }));

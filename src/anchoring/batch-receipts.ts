/** Receipts of entries: the batch opened for one of them, with what shows that it is on the ledger. */
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { encodeEntryReceipt, type BatchProof } from '../ledger/receipts/entry-receipt.ts';
import { batchBlinder } from './batch-commitment.ts';
import type { BatchPlace, BatchTable } from './batch-table.ts';
import { batchTree, type BatchTree } from './batch-tree.ts';
import { anchoringErrors } from './errors.ts';
import { decodeEvidence, evidenceOnLedger, transactionIn, type Evidence } from './evidence.ts';
import { transactionAt, type Place } from './ledger-anchors.ts';

/** Trees kept: so many leaves together, the newest in any case. Twice 64 bytes for each. */
const KEPT_LEAVES = 131_072;
const KEPT_EVIDENCE = 64;

/** Where an entry is in its batch, and the hash of the transaction that anchors the batch. */
export interface AnchoredPlace {
  readonly batch: BatchProof;
  readonly transaction: Uint8Array;
}

export interface ReceiptSource {
  readonly organisation: string;
  readonly batchKey: Uint8Array;
  readonly ledger: LedgerClient;
  readonly table: BatchTable;
}

export class BatchReceipts {
  readonly #source: ReceiptSource;
  readonly #evidence = new Map<number, Promise<Evidence>>();
  readonly #transactions = new Map<number, Uint8Array>();
  readonly #trees = new Map<number, { readonly size: number; readonly tree: Promise<BatchTree> }>();

  constructor(source: ReceiptSource) {
    this.#source = source;
  }

  /** The receipt of the entry at a position of the log (`docs/protocol/receipts.md`). `anchoring.pending`. */
  async receipt(sequence: number, opening: { readonly blinder: Uint8Array; readonly contentHash: Uint8Array }): Promise<Result<Uint8Array>> {
    const covering = await this.#source.table.covering(sequence);
    if (!covering?.place) return fail(codedError(anchoringErrors, 'anchoring.pending'));
    const [batch, evidence] = await Promise.all([this.#opened(covering, sequence), this.#evidenceOf(covering.number, covering.place)]);
    return ok(encodeEntryReceipt({ opening, batch, ...evidence }));
  }

  /** The same without what shows that the anchor is on the ledger: for those who have it too. Needs no attestation. `anchoring.pending`. */
  async place(sequence: number): Promise<Result<AnchoredPlace>> {
    const { ledger, table, batchKey } = this.#source;
    const covering = await table.covering(sequence);
    if (!covering?.place) return fail(codedError(anchoringErrors, 'anchoring.pending'));
    const { number, place } = covering;
    let transaction = this.#transactions.get(number) ?? (await transactionAt(ledger, place.logIndex))?.hash;
    if (!transaction) {
      const stored = await table.evidence(number);
      const evidence = stored && decodeEvidence(batchKey, number, stored);
      transaction = evidence && transactionIn(evidence);
    }
    if (!transaction) return fail(codedError(anchoringErrors, 'anchoring.pending'));
    if (this.#transactions.size >= KEPT_EVIDENCE) this.#transactions.delete(this.#transactions.keys().next().value!);
    this.#transactions.set(number, transaction);
    return ok({ batch: await this.#opened(covering, sequence), transaction });
  }

  async #opened(covering: BatchPlace, sequence: number): Promise<BatchProof> {
    const tree = await this.#treeOf(covering);
    const index = sequence - covering.first;
    return { blinder: batchBlinder(this.#source.batchKey, covering), size: tree.size, index, path: tree.path(index) };
  }

  /** After repairs: batches may not be what they were. */
  forget(): void {
    this.#evidence.clear();
    this.#transactions.clear();
    this.#trees.clear();
  }

  #treeOf({ number, size }: BatchPlace): Promise<BatchTree> {
    const kept = this.#trees.get(number);
    if (kept) return kept.tree;
    const tree = this.#makeTree(number);
    tree.catch(() => this.#trees.delete(number));
    this.#trees.set(number, { size, tree });
    let total = 0;
    for (const one of this.#trees.values()) total += one.size;
    for (const [oldest, one] of this.#trees) {
      if (total <= KEPT_LEAVES || oldest === number) break;
      this.#trees.delete(oldest);
      total -= one.size;
    }
    return tree;
  }

  async #makeTree(number: number): Promise<BatchTree> {
    const batch = await this.#source.table.byNumber(number);
    if (!batch) throw new Error(`batch ${number} is gone`);
    return batchTree(batch.leaves);
  }

  #evidenceOf(number: number, place: Place): Promise<Evidence> {
    let evidence = this.#evidence.get(number);
    if (!evidence) {
      evidence = this.#find(number, place);
      evidence.catch(() => this.#evidence.delete(number));
      if (this.#evidence.size >= KEPT_EVIDENCE) this.#evidence.delete(this.#evidence.keys().next().value!);
      this.#evidence.set(number, evidence);
    }
    return evidence;
  }

  async #find(number: number, place: Place): Promise<Evidence> {
    const { ledger, organisation, table, batchKey } = this.#source;
    const stored = await table.evidence(number);
    return (stored && decodeEvidence(batchKey, number, stored)) ?? evidenceOnLedger(ledger, organisation, number, place);
  }
}

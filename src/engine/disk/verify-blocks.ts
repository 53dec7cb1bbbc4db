/**
 * Checks a ledger as it lies on the disk, without trusting anything but the genesis: reads the block file from its first byte, executes
 * every block again and, when asked, compares the index entry by entry. Read-only, and may run while another process makes blocks.
 */
import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { equalBytes } from '../../base/bytes.ts';
import type { CodedError } from '../../base/result.ts';
import type { Execution } from '../../ledger/execution/execute-block.ts';
import type { LedgerState } from '../../ledger/execution/ledger-state.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../../ledger/genesis/genesis.ts';
import { inOrder, validatorSetHash } from '../../ledger/light/validator-set.ts';
import { stateRootOf } from '../../ledger/state/tree.ts';
import { verifyTrustBundle } from '../../ledger/verify/trust-bundle.ts';
import { readBase } from './blocks/base.ts';
import { attestationChecker, type AttestationChecker } from './check-attestations.ts';
import { BLOCK_FILE, readFrames, type FrameAt, type Tail } from './blocks/block-file.ts';
import { indexComparer, type IndexComparer } from './index/compare-index.ts';
import { engineErrors, ioError } from './errors.ts';
import { decodeFrameHead, FRAME_HEAD_BYTES } from './blocks/frame.ts';
import { firstHeight, type HistoryBlock } from './blocks/history.ts';
import { probeIndex } from './index/index-health.ts';
import { INDEX_FOLDER, openIndexSnapshot, type IndexSnapshot } from './index/index-store.ts';
import { memoryLedgerStore } from './index/memory-index.ts';
import { readGenesis, replayFrame } from './recover.ts';
import { openStorage, type Storage } from './blocks/storage.ts';

export interface VerifyBlocksOptions {
  /** The ledger's directory, or the file of an exported ledger. */
  readonly directory: string;
  /** Compare the index too; default true. Skipped, and said so, when there is none. */
  readonly compareIndex?: boolean;
  /** What the caller knows of the ledger from elsewhere; compared with the genesis in the file. */
  readonly trust?: {
    readonly chainId: string;
    /** Of the embedded engine: key of the node that makes blocks. */
    readonly proposer?: Uint8Array;
    readonly genesisHash?: Uint8Array;
    /** Hash of the first validators. */
    readonly validators?: Uint8Array;
  };
  /** Called for every block that holds, in order. */
  readonly onBlock?: (height: number, execution: Execution) => void;
}

/** Something that does not hold. `offset` to `end` is the range of bytes in the block file that it is about. */
export interface BlockFinding {
  readonly code: string;
  readonly message: string;
  readonly height?: number;
  readonly offset?: number;
  readonly end?: number;
}

export interface BlocksReport {
  readonly holds: boolean;
  readonly chainId: string | undefined;
  /** Blocks that hold, the one at height 0 included. */
  readonly blocks: number;
  /** Those of them whose transactions are not kept: their headers, hashes and seals were checked. */
  readonly pruned: number;
  readonly transactions: number;
  /** Attestations by others that lie beside the blocks, and hold for the validators that the blocks give. */
  readonly attestations: number;
  /** Entries of the index that are as they should be. */
  readonly indexEntries: number;
  readonly head: { readonly height: number; readonly blockHash: Uint8Array; readonly stateRoot: Uint8Array } | undefined;
  readonly findings: readonly BlockFinding[];
  /** What could not be checked, and why. */
  readonly unchecked: readonly string[];
}

/** Never rejects for what it finds on the disk: that is in the report. */
export async function verifyBlocks(options: VerifyBlocksOptions): Promise<BlocksReport> {
  const before = fileNumber(options);
  const report = await runOnce(options);
  // A ledger that goes on may prune itself: what was read then is of two files.
  return report.holds || fileNumber(options) === before ? report : runOnce(options);
}

const fileNumber = ({ directory }: VerifyBlocksOptions): number | undefined => statSync(join(directory, BLOCK_FILE), { throwIfNoEntry: false })?.ino;

async function runOnce(options: VerifyBlocksOptions): Promise<BlocksReport> {
  const run = new Run(options);
  try {
    await run.all();
  } catch (cause) {
    const { code, message } = ioError(cause, 'reading the block file');
    run.findings.push({ code, message });
  }
  return run.report();
}

class Run {
  readonly findings: BlockFinding[] = [];
  readonly unchecked: string[] = [];
  private readonly options: VerifyBlocksOptions;
  private readonly store = memoryLedgerStore();
  private genesis: Genesis | undefined;
  private state: LedgerState | undefined;
  private blocks = 0;
  private pruned = 0;
  private attestations = 0;
  private uncheckedAttestations = 0;
  private attested: AttestationChecker | undefined;
  private readonly isFile: boolean;
  private transactions = 0;
  private indexEntries = 0;

  constructor(options: VerifyBlocksOptions) {
    this.options = options;
    this.isFile = statSync(options.directory, { throwIfNoEntry: false })?.isFile() === true;
  }

  report(): BlocksReport {
    const { findings, unchecked, blocks, pruned, transactions, attestations, indexEntries, state } = this;
    const head = state && { height: state.height, blockHash: state.blockHash, stateRoot: stateRootOf(state.root) };
    const chainId = this.genesis?.chainId;
    return { holds: findings.length === 0, chainId, blocks, pruned, transactions, attestations, indexEntries, head, findings, unchecked };
  }

  async all(): Promise<void> {
    // The index first: a ledger that goes on meanwhile only adds to the block file.
    const snapshot = await this.openSnapshot();
    try {
      const comparer = snapshot && this.guarded(() => indexComparer(snapshot));
      await this.replay(comparer);
      if (comparer) this.finishIndex(snapshot, comparer);
    } finally {
      await snapshot?.close();
    }
  }

  private async openSnapshot(): Promise<IndexSnapshot | undefined> {
    const { directory, compareIndex } = this.options;
    if (compareIndex === false || this.isFile) return undefined;
    const folder = join(directory, INDEX_FOLDER);
    if (!existsSync(join(folder, 'data.mdb'))) {
      this.unchecked.push('The index: there is none. It is made from the blocks when the ledger is opened.');
      return undefined;
    }
    if (await probeIndex(folder)) return this.guarded(() => openIndexSnapshot(folder));
    this.find({ code: 'engine.index-damaged', message: 'The index can’t be read: its file is damaged.' });
    return undefined;
  }

  private async replay(comparer: IndexComparer | undefined): Promise<void> {
    let storage = await openStorage(this.blockFile, 'read');
    try {
      const found = await readGenesis(storage);
      if (!found.ok) return this.find(found.error);
      this.genesis = found.value.genesis;
      this.attested = attestationChecker(found.value.genesis);
      this.checkTrust(found.value.genesis);
      let tail = await this.replayFrom(storage, found.value.end, comparer);
      if (tail?.kind === 'torn') {
        // Perhaps it is being written at this moment.
        await sleep(300);
        await storage.close();
        storage = await openStorage(this.blockFile, 'read');
        tail = await this.replayFrom(storage, tail.end, comparer);
      }
      if (tail?.kind === 'torn')
        this.find(damaged(`The block file ends in the middle of block ${this.nextHeight}.`, this.nextHeight, tail.end, storage.size()));
      if (tail?.kind === 'damaged') await this.findDamage(storage, tail);
      if (this.uncheckedAttestations > 0)
        this.unchecked.push(`${this.uncheckedAttestations} attestations: who the validators were follows from blocks that are not kept.`);
    } finally {
      await storage.close();
    }
  }

  /** Undefined: a block did not hold, and is among the findings. */
  private async replayFrom(storage: Storage, offset: number, comparer: IndexComparer | undefined) {
    const frames = readFrames(storage, offset);
    for (let step = await frames.next(); ; step = await frames.next()) {
      if (step.done) return step.value;
      const isBase = step.value.kind === 'base' && !this.state;
      if (!(isBase ? await this.readBase(step.value, frames, comparer) : this.replayBlock(step.value, comparer))) return undefined;
    }
  }

  private async readBase(frame: FrameAt, frames: AsyncGenerator<FrameAt, Tail>, comparer: IndexComparer | undefined): Promise<boolean> {
    const sink = comparer?.height === undefined ? this.store.base : comparer.base(this.store.base);
    const base = await readBase(this.genesis!, frame, frames, {
      ...sink,
      block: (block, place) => {
        this.countPruned(block);
        return sink.block(block, place);
      },
      end: (block, place, root) => {
        this.countPruned(block);
        return sink.end(block, place, root);
      },
    });
    if (base.ok) {
      this.state = base.value;
      return true;
    }
    this.find({ ...base.error, data: { ...base.error.data, offset: frame.offset, end: frame.end } });
    this.unchecked.push('Everything after what the block file begins with: it does not hold.');
    return false;
  }

  private checkAttestation({ height, payload, offset, end }: FrameAt): boolean {
    const problem = this.attested!.problem(height, payload);
    if (problem === undefined) this.attestations++;
    else if (problem === 'not-checked') this.uncheckedAttestations++;
    else this.find(damaged(`What others said of block ${height} does not hold: ${problem}`, height, offset, end));
    return true;
  }

  /** What an export has behind its blocks. */
  private checkKeptTrust({ payload, offset, end, height }: FrameAt): boolean {
    const { report } = verifyTrustBundle(payload, genesisHash(encodeGenesis(this.genesis!)));
    const wrong = report.steps.find(({ state }) => state === 'failed');
    if (wrong) this.find(damaged(`The trust bundle behind the blocks does not hold: ${wrong.detail}`, height, offset, end));
    return true;
  }

  private countPruned({ block }: HistoryBlock): void {
    this.attested?.unknown(block.header, block.hash);
    this.blocks++;
    this.pruned++;
    this.transactions += block.header.txCount;
  }

  private replayBlock(frame: FrameAt, comparer: IndexComparer | undefined): boolean {
    const { offset, end, height } = frame;
    if (frame.kind === 'trust') return this.checkKeptTrust(frame);
    if (frame.kind === 'attestation' && height < this.nextHeight) {
      comparer?.attestation(height, frame);
      return this.checkAttestation(frame);
    }
    const replayed = frame.kind === 'block' && height === this.nextHeight ? replayFrame(this.genesis!, frame, this.state, this.store) : undefined;
    if (!replayed?.ok) {
      const error = replayed?.error ?? damaged(`Another block stands where block ${this.nextHeight} should.`, this.nextHeight, offset, end);
      this.find({ ...error, data: { ...error.data, height: this.nextHeight, offset, end } });
      this.unchecked.push(`Block ${this.nextHeight} and those after it: they stand on a block that does not hold.`);
      return false;
    }
    const { execution, block } = replayed.value;
    this.attested!.block(execution, block.seal);
    if (comparer?.height !== undefined && height <= comparer.height) this.guarded(() => comparer.block(execution, frame));
    this.store.add(execution);
    this.state = execution.next;
    this.blocks++;
    this.transactions += execution.accepted.length;
    this.options.onBlock?.(height, execution);
    return true;
  }

  private finishIndex(snapshot: IndexSnapshot, comparer: IndexComparer): void {
    const { height } = comparer;
    if (height === undefined && this.guarded(() => snapshot.count()) === 0)
      return void this.unchecked.push('The index: nothing has been written to it yet.');
    if (height === undefined) return this.find({ code: 'engine.index-damaged', message: 'The index does not say how far it goes.' });
    if (this.findings.length > 0) return void this.unchecked.push('The rest of the index: the blocks do not hold.');
    if (height >= this.nextHeight)
      return this.find({
        code: 'engine.blocks-missing',
        message: `Block ${height} was committed, but the block file ends with block ${this.nextHeight - 1}.`,
        data: { height: this.nextHeight },
      });
    this.guarded(() => {
      const { entries, problems } = comparer.finish(snapshot.count());
      this.indexEntries = entries;
      for (const text of problems) this.find({ code: 'engine.index-damaged', message: `The index does not agree with the blocks: ${text}.` });
      return undefined;
    });
  }

  private checkTrust(genesis: Genesis): void {
    const { trust } = this.options;
    if (!trust) return;
    const agrees = (known: Uint8Array | undefined, found: () => Uint8Array): boolean => known === undefined || equalBytes(known, found());
    const isTrusted =
      trust.chainId === genesis.chainId &&
      agrees(trust.proposer, () => genesis.proposer) &&
      agrees(trust.genesisHash, () => genesisHash(encodeGenesis(genesis))) &&
      agrees(trust.validators, () => validatorSetHash(inOrder(genesis.validators)));
    if (isTrusted) return;
    this.find({
      code: 'engine.block-invalid',
      message: 'The genesis in the block file is not that of the ledger that is trusted.',
      data: { height: 0 },
    });
  }

  private async findDamage(storage: Storage, tail: { readonly end: number; readonly why: string }): Promise<void> {
    const next = await nextFrame(storage, tail.end);
    this.find(damaged(`The block file is damaged in block ${this.nextHeight}: ${tail.why}.`, this.nextHeight, tail.end, next ?? storage.size()));
    this.unchecked.push(`Block ${this.nextHeight} and those after it: they stand on a block that can’t be read.`);
  }

  private get blockFile(): string {
    return this.isFile ? this.options.directory : join(this.options.directory, BLOCK_FILE);
  }

  private get nextHeight(): number {
    return this.state ? this.state.height + 1 : this.genesis ? firstHeight(this.genesis) : 0;
  }

  private find({ code, message, data }: CodedError): void {
    const { height, offset, end } = (data ?? {}) as Partial<Record<'height' | 'offset' | 'end', number>>;
    this.findings.push({
      code,
      message,
      ...(height === undefined ? {} : { height }),
      ...(offset === undefined ? {} : { offset }),
      ...(end === undefined ? {} : { end }),
    });
  }

  /** A damaged LMDB file can make any read of it throw. */
  private guarded<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (cause) {
      if (!this.findings.some(({ code }) => code === 'engine.index-damaged'))
        this.find({ code: 'engine.index-damaged', message: `The index can’t be read: ${(cause as Error).message}.` });
      return undefined;
    }
  }
}

const damaged = (message: string, height: number, offset: number, end: number): CodedError => ({
  code: 'engine.block-corrupted',
  message,
  hint: engineErrors['engine.block-corrupted'].hint,
  data: { height, offset, end },
});

/** Where the next intact frame starts after a damaged one; undefined: there is none within one block's length. */
async function nextFrame(storage: Storage, from: number): Promise<number | undefined> {
  const window = await storage.read(from + 1, 9_000_000);
  for (let at = 0; at + FRAME_HEAD_BYTES <= window.length; at++)
    if (window[at] === 0x43 && decodeFrameHead(window.subarray(at, at + FRAME_HEAD_BYTES))) return from + 1 + at;
  return undefined;
}

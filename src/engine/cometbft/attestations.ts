/**
 * Every ledger block gets its attestation from the consensus height that carries its app hash, and keeps it in the ledger's own files: receipts
 * outlive the engine's data. The app hash of a height is in the header of the next one, so the newest block has to wait for that.
 */
import { codedError } from '../../base/errors.ts';
import { CodedException, fail, unwrap, type Result } from '../../base/result.ts';
import { decodeAttestation, encodeAttestation, type Attestation } from '../../ledger/attestation/attestation.ts';
import { attestCommit } from '../../ledger/attestation/cometbft-attestation.ts';
import { decodeConsensusSeal } from '../../ledger/block/seal.ts';
import type { LightBlock } from '../../ledger/light/light-block.ts';
import type { LedgerDisk } from '../disk/ledger-disk.ts';
import type { ConsensusBlocks } from './consensus-blocks.ts';
import { cometbftErrors } from './errors.ts';

export interface Attestations {
  /** Something was committed at a consensus height. */
  committed(consensusHeight: number): void;
  /** Waits for it a while when it is of the newest block; throws `cometbft.unattested`. */
  of(height: number): Promise<Attestation>;
  stop(): Promise<void>;
}

export interface AttestationParts {
  readonly disk: LedgerDisk;
  readonly blocks: ConsensusBlocks;
  /** Consensus height that is committed. */
  readonly consensusHeight: () => number;
  /** Told of every commit that was looked at. */
  readonly onCommit: (block: LightBlock) => void;
  readonly onError: (cause: unknown) => void;
}

const NOTE = 'attested up to';
const RETRY_MS = 500;
/** Blocks behind the head whose votes are of interest. */
const RECENT = 100;
/** As long as an answer to whoever asks for a receipt may take. */
const PATIENCE_MS = 10_000;
/** A start looks through the heights whose note was lost, and goes on where attestations are missing. */
const NOTED_EVERY = 256;

export function attestations({ disk, blocks, consensusHeight, onCommit, onError }: AttestationParts): Attestations {
  const stopping = new AbortController();
  let wake: () => void = () => undefined;
  let waiters: (() => void)[] = [];
  const running = run();

  async function run(): Promise<void> {
    let height = Number(Buffer.from(disk.noted(NOTE) ?? []).toString() || -1) + 1;
    height = Math.max(height, disk.genesis.previous === null ? 0 : disk.genesis.previous.height + 1);
    while (!stopping.signal.aborted) {
      const done = height <= disk.head().height && (await attest(height));
      if (!done) {
        await pause();
        continue;
      }
      if (height % NOTED_EVERY === 0) disk.note(NOTE, Buffer.from(String(height)));
      height++;
      for (const each of waiters.splice(0)) each();
    }
    disk.note(NOTE, Buffer.from(String(height - 1)));
  }

  /** Whether to go on with the next height. */
  async function attest(height: number): Promise<boolean> {
    try {
      if (await disk.attestation(height)) return true;
      const sealed = decodeConsensusSeal((await disk.sealedHeader(height)).seal);
      // Not a block of this engine.
      if (sealed === undefined) return true;
      if (sealed + 1 > consensusHeight()) return false;
      const block = await blocks.at(sealed + 1);
      // Before what the engine has kept, or fetched: whoever has the attestation has to give it.
      if (!block.ok) return block.error.code === 'cometbft.refused' && isGone(block.error.message);
      await disk.attest(height, encodeAttestation(unwrap(attestCommit(block.value))));
      if (sealed > 0 && height > disk.head().height - RECENT) await look(sealed);
      return true;
    } catch (cause) {
      if (!stopping.signal.aborted) onError(cause);
      return false;
    }
  }

  /** The commit that is in the next block has the votes that came a little later too. */
  async function look(consensus: number): Promise<void> {
    const block = await blocks.at(consensus);
    if (block.ok) onCommit(block.value);
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => wake(), RETRY_MS);
      wake = () => {
        clearTimeout(timer);
        wake = () => undefined;
        resolve();
      };
    });
  }

  async function find(height: number): Promise<Result<Attestation>> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const bytes = await disk.attestation(height);
      if (bytes) return decodeAttestation(bytes);
      const left = end - Date.now();
      if (left <= 0 || stopping.signal.aborted) return fail(codedError(cometbftErrors, 'cometbft.unattested', { data: { height } }));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  return {
    committed: () => wake(),
    async of(height) {
      const found = await find(height);
      if (found.ok) return found.value;
      throw new CodedException(found.error);
    },
    async stop() {
      stopping.abort();
      wake();
      for (const each of waiters.splice(0)) each();
      waiters = [];
      await running;
    },
  };
}

const isGone = (words: string): boolean => /is not available, lowest height is/.test(words);

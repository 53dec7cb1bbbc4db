/** A log of made-up entries, its checkpoints, and a ledger port over it, for witnesses to be tried with. */
import { ed25519PublicKey } from '#ed25519';
import { sha256 } from '#sha256';
import { utf8 } from '../../src/base/bytes.ts';
import { encodeAddCheckpoint } from '../../src/ledger/checkpoint/add-checkpoint.ts';
import { checkpointText, ledgerOrigin, type Checkpoint } from '../../src/ledger/checkpoint/checkpoint.ts';
import { noteKey, type NoteKey } from '../../src/ledger/checkpoint/note-key.ts';
import { encodeNote } from '../../src/ledger/checkpoint/note.ts';
import { signText } from '../../src/ledger/checkpoint/signature.ts';
import type { BlockView, Head, LedgerClient } from '../../src/ledger/client.ts';
import { appendLeaves, consistencyPath, emptyFrontier, rootAt, type GetNode } from '../../src/ledger/proofs/merkle-log.ts';
import { seedOf } from '../support/ledger.ts';

export const chainId = 'witnessed';
export const origin = ledgerOrigin(chainId);
export const logSeed = seedOf('log');
export const logKey = noteKey('log', origin, ed25519PublicKey(logSeed));

export interface TestLog {
  readonly node: GetNode;
  checkpoint(size: number): Checkpoint;
  /** The signed note. */
  note(size: number, by?: { readonly key: NoteKey; readonly seed: Uint8Array }): Uint8Array;
  /** The body of `add-checkpoint`. */
  request(oldSize: number, size: number, changes?: { readonly path?: readonly Uint8Array[]; readonly note?: Uint8Array }): Uint8Array;
  /** The log as a ledger that has grown to this size: block n has entry n − 1. */
  ledger(size: () => number): Pick<LedgerClient, 'chainId' | 'head' | 'block' | 'logNode'>;
}

/** `forkAt`: entries from there on are others than those of a log with another label. */
export function testLog(length: number, label = 'a', forkAt = 0): TestLog {
  const nodes = new Map<string, Uint8Array>();
  const leaves = Array.from({ length }, (_, at) => sha256(utf8(`${at < forkAt ? 'a' : label}/${at}`)));
  appendLeaves(emptyFrontier, leaves, (level, index, hash) => void nodes.set(`${level}/${index}`, hash));
  const node: GetNode = (level, index) => nodes.get(`${level}/${index}`)!;
  const hashOf = (height: number): Uint8Array => sha256(utf8(`block ${height <= forkAt ? 'a' : label}/${height}`));
  const checkpoint = (size: number): Checkpoint => ({ origin, size, root: rootAt(size, node), block: { height: size, hash: hashOf(size) } });
  const note = (size: number, by = { key: logKey, seed: logSeed }): Uint8Array => {
    const text = checkpointText(checkpoint(size));
    return encodeNote({ text, signatures: [signText(text, by.key, by.seed)] });
  };
  const blockAt = (height: number) => ({ height, hash: hashOf(height), logSize: height, logRoot: rootAt(height, node) });
  return {
    node,
    checkpoint,
    note,
    request: (oldSize, size, changes = {}) =>
      encodeAddCheckpoint(oldSize, changes.path ?? consistencyPath(oldSize, size, node), changes.note ?? note(size)),
    ledger: (size) => ({
      chainId,
      head: () => {
        const { hash, ...rest } = blockAt(size());
        return { ...rest, blockHash: hash } as Head;
      },
      block: async (height) => (height > size() ? undefined : (blockAt(height) as BlockView)),
      logNode: node,
    }),
  };
}

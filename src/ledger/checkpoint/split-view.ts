/**
 * Proof that one key signed for two histories. Self-contained: two checkpoints of the same log with a valid signature by the same key,
 * and why no log can be both:
 *
 *   'root'   The prefix of the newer tree, of the older one's size, has another root than the older checkpoint says. `path` is the
 *            consistency path from that prefix (`root`) to the newer tree; at equal sizes it is empty and `root` is the newer's.
 *   'block'  Size and root are equal, but the block lines name different blocks.
 *
 *   file = CBOR { type: "careledger/split-view/1", key: verifier key, older: note, newer: note, root: bstr 32, path: [bstr 32…] }
 */
import { equalBytes } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { hasExactly, isBytes, isBytesUpTo } from '../../base/shape.ts';
import { ledgerErrors } from '../errors.ts';
import { MAX_PATH_LENGTH, rootsFromConsistency, verifyConsistency } from '../proofs/merkle-log.ts';
import { failed, held, report, unchecked, type Outcome, type Report } from '../verify/report.ts';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { parseVerifierKey, verifierKey, type NoteKey } from './note-key.ts';
import { MAX_NOTE_BYTES, parseNote } from './note.ts';
import { signers } from './verify-checkpoint.ts';

export const SPLIT_VIEW_TYPE = 'careledger/split-view/1';

export interface SplitView {
  /** The key that signed both. */
  readonly key: NoteKey;
  /** Bytes of the two notes; the older is not larger than the newer. */
  readonly older: Uint8Array;
  readonly newer: Uint8Array;
  /** Root of the newer tree at the older one's size, 32 bytes. */
  readonly root: Uint8Array;
  readonly path: readonly Uint8Array[];
}

export function encodeSplitView({ key, older, newer, root, path }: SplitView): Uint8Array {
  return encodeCbor({ type: SPLIT_VIEW_TYPE, key: verifierKey(key), older, newer, root, path: [...path] });
}

/** `ledger.malformed`. Says nothing about whether the proof holds. */
export function decodeSplitView(bytes: Uint8Array): Result<SplitView> {
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  const { value } = decoded;
  if (!hasExactly(value, ['type', 'key', 'older', 'newer', 'root', 'path']) || value.type !== SPLIT_VIEW_TYPE)
    return malformed('it is of another type');
  const { key: keyText, older, newer, root, path } = value;
  if (typeof keyText !== 'string') return malformed('the key is not text');
  const key = parseVerifierKey(keyText);
  if (!key.ok) return key;
  if (!isBytesUpTo(older, MAX_NOTE_BYTES) || !isBytesUpTo(newer, MAX_NOTE_BYTES)) return malformed('a note is not bytes or too long');
  if (!isBytes(root, 32)) return malformed('the root is not 32 bytes');
  if (!Array.isArray(path) || path.length > MAX_PATH_LENGTH || !path.every((hash) => isBytes(hash, 32)))
    return malformed('the path is not a list of hashes');
  return ok({ key: key.value, older, newer, root, path });
}

export type SplitViewStep = 'notes' | 'signatures' | 'same-log' | 'contradiction';

const titles: Readonly<Record<SplitViewStep, string>> = {
  notes: 'Both are checkpoints',
  signatures: 'The same key signed both',
  'same-log': 'Both are about the same log',
  contradiction: 'No log can be both',
};

export interface SplitViewFacts {
  readonly key: NoteKey;
  readonly older: Checkpoint | undefined;
  readonly newer: Checkpoint | undefined;
}

/** `held` means: whoever holds the key has shown two histories. Whose key it is, the verifier has to know. Never throws. */
export function verifySplitView({ key, older, newer, root, path }: SplitView): Report<SplitViewStep, SplitViewFacts> {
  const notes = [older, newer].map((bytes) => {
    const note = parseNote(bytes);
    const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note;
    return note.ok && checkpoint.ok ? ok({ note: note.value, checkpoint: checkpoint.value }) : note.ok ? checkpoint : note;
  }) as [
    Result<{ note: Parameters<typeof signers>[0]; checkpoint: Checkpoint }>,
    Result<{ note: Parameters<typeof signers>[0]; checkpoint: Checkpoint }>,
  ];
  const [first, second] = notes;
  if (!first.ok || !second.ok) {
    const error = first.ok ? second : first;
    return report(titles, { notes: failed(error.ok ? '' : error.error.message) }, { key, older: undefined, newer: undefined });
  }
  const a = first.value.checkpoint;
  const b = second.value.checkpoint;
  const both = [first.value.note, second.value.note].every((note) => signers(note, [key]).holding.length === 1);
  return report(
    titles,
    {
      notes: held(`Sizes ${a.size} and ${b.size}.`),
      signatures:
        key.use !== 'log'
          ? failed('The key is not one that logs sign with.')
          : both
            ? held(`Key ${verifierKey(key)}.`)
            : failed(`Not both hold under ${verifierKey(key)}.`),
      'same-log': a.origin === b.origin ? held(a.origin) : failed(`${a.origin} and ${b.origin}.`),
      contradiction: both ? contradiction(a, b, root, path) : unchecked('Unsigned claims contradict nothing.'),
    },
    { key, older: a, newer: b },
  );
}

function contradiction(a: Checkpoint, b: Checkpoint, root: Uint8Array, path: readonly Uint8Array[]): Outcome {
  if (!verifyConsistency({ oldSize: a.size, oldRoot: root, newSize: b.size, newRoot: b.root, path }))
    return failed('The path does not show which root the newer tree has at the older one’s size.');
  if (!equalBytes(root, a.root)) return held(`The first ${a.size} entries of the newer log are not those of the older one.`);
  if (a.size === b.size && a.block && b.block && !sameBlock(a, b)) return held(`After the same ${a.size} entries there are two different blocks.`);
  return failed('The newer log extends the older one.');
}

/** Whether both name a block and it is the same one. Only meaningful at equal sizes. */
export const sameBlock = (a: Checkpoint, b: Checkpoint): boolean =>
  a.block !== undefined && b.block !== undefined && a.block.height === b.block.height && equalBytes(a.block.hash, b.block.hash);

/** One note with what is in it, as the two sides of a comparison. */
export interface SignedCheckpoint {
  readonly bytes: Uint8Array;
  readonly checkpoint: Checkpoint;
}

/**
 * The proof from two signed checkpoints and the consistency path between them; undefined where they contradict each other in nothing, or
 * not provably by what is at hand. `root`: of the newer tree at the older one's size, for whoever knows it; a path alone tells it
 * except where the older size is a power of two.
 */
export function splitViewOf(
  key: NoteKey,
  older: SignedCheckpoint,
  newer: SignedCheckpoint,
  evidence: { readonly path: readonly Uint8Array[]; readonly root?: Uint8Array },
): SplitView | undefined {
  const a = older.checkpoint;
  const b = newer.checkpoint;
  const equal = a.size === b.size;
  const root = equal ? b.root : (evidence.root ?? rootsFromConsistency(a.size, b.size, evidence.path)?.old);
  if (!root) return undefined;
  const proof: SplitView = { key, older: older.bytes, newer: newer.bytes, root, path: equal ? [] : evidence.path };
  return verifySplitView(proof).verdict === 'held' ? proof : undefined;
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a proof of a split view: ${why}.` }));

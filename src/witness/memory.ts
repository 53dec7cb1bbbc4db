/**
 * What a witness has cosigned, one file a log (`logs/<hash of the origin>.checkpoint`: the note with the log's signature and the witness's
 * own), and what it has caught (`split-views/`). The directory is one process's; whoever opens it sees to that.
 */
import { join } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { parseCheckpoint } from '../ledger/checkpoint/checkpoint.ts';
import { verifierKey, type NoteKey } from '../ledger/checkpoint/note-key.ts';
import { parseNote, type Note } from '../ledger/checkpoint/note.ts';
import { decodeSplitView, encodeSplitView, type SignedCheckpoint, type SplitView } from '../ledger/checkpoint/split-view.ts';
import { isSignatureOf, statedTime, verifiedTime } from '../ledger/checkpoint/signature.ts';
import { witnessErrors } from './errors.ts';
import { fileNameOf, makeFolder, namesIn, readIfThere, writeDurably } from './files.ts';

export interface WitnessedCheckpoint extends SignedCheckpoint {
  readonly note: Note;
  /** When it was cosigned; seconds since 1970. */
  readonly time: number;
}

export interface Memory {
  newest(origin: string): WitnessedCheckpoint | undefined;
  all(): readonly WitnessedCheckpoint[];
  /** Durable when it resolves. */
  remember(checkpoint: WitnessedCheckpoint): Promise<void>;
  /** Durable when it resolves: the file that proves it. One for each checkpoint seen: a log that goes on along its second history proves nothing new. */
  keepSplitView(proof: SplitView): Promise<string>;
  splitView(file: string): Promise<Uint8Array | undefined>;
}

const ENDING = '.checkpoint';
const PROOF = '.cbor';
const KEPT_SPLIT_VIEWS = 100;

/** `witness.state-damaged`: a file that this witness did not write as it is. */
export async function openMemory(directory: string, key: NoteKey): Promise<Result<Memory>> {
  const logs = join(directory, 'logs');
  const caught = join(directory, 'split-views');
  await makeFolder(logs);
  await makeFolder(caught);
  const newest = new Map<string, WitnessedCheckpoint>();
  for (const name of await namesIn(logs, ENDING)) {
    const read = readWitnessed((await readIfThere(join(logs, name))) ?? new Uint8Array(0), key);
    if (!read || `${fileNameOf(read.checkpoint.origin)}${ENDING}` !== name)
      return fail(
        codedError(witnessErrors, 'witness.state-damaged', {
          message: `${join(logs, name)} is not what this witness wrote.`,
          data: { file: join(logs, name) },
        }),
      );
    newest.set(read.checkpoint.origin, read);
  }
  const proven = new Map<string, string>();
  for (const name of await namesIn(caught, PROOF)) {
    const decoded = decodeSplitView((await readIfThere(join(caught, name))) ?? new Uint8Array(0));
    if (decoded.ok) proven.set(seenIn(decoded.value), name);
  }
  return ok({
    newest: (origin) => newest.get(origin),
    all: () => [...newest.values()],
    async remember(checkpoint) {
      const { origin } = checkpoint.checkpoint;
      await writeDurably(join(logs, `${fileNameOf(origin)}${ENDING}`), checkpoint.bytes);
      newest.set(origin, checkpoint);
    },
    async keepSplitView(proof) {
      const seen = seenIn(proof);
      const kept = await namesIn(caught, PROOF);
      const before = proven.get(seen);
      // Somebody may have archived it meanwhile.
      if (before !== undefined && kept.includes(before)) return before;
      const bytes = encodeSplitView(proof);
      const name = `${fileNameOf(bytes).slice(0, 32)}${PROOF}`;
      // The first ones are kept: one is enough to prove it, and whoever makes more must not be able to push it out.
      if (!kept.includes(name) && kept.length < KEPT_SPLIT_VIEWS) await writeDurably(join(caught, name), bytes);
      proven.set(seen, name);
      return name;
    },
    splitView: async (file) => (/^[0-9a-f]{32}\.cbor$/.test(file) ? readIfThere(join(caught, file)) : undefined),
  });
}

/** What was seen first is the older one. The text says what was signed; signatures of witnesses come and go. */
function seenIn({ key, older }: SplitView): string {
  const note = parseNote(older);
  return `${verifierKey(key)}\n${note.ok ? note.value.text : fileNameOf(older)}`;
}

/**
 * A checkpoint with a cosignature of this key that holds; undefined otherwise. After the key was replaced the cosignature is still the former
 * key's: under the same name and another id it counts as remembered, since forgetting would be worse.
 */
function readWitnessed(bytes: Uint8Array, key: NoteKey): WitnessedCheckpoint | undefined {
  const note = parseNote(bytes);
  if (!note.ok) return undefined;
  const { text, signatures } = note.value;
  const checkpoint = parseCheckpoint(text);
  if (!checkpoint.ok) return undefined;
  const own = signatures.find((signature) => isSignatureOf(signature, key));
  const former = own === undefined ? signatures.find(({ name }) => name === key.name) : undefined;
  const time = own ? verifiedTime(text, own, key) : former && statedTime(former);
  return time === undefined ? undefined : { bytes, note: note.value, checkpoint: checkpoint.value, time };
}

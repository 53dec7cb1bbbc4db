/**
 * What a log has published: its newest checkpoints with their cosignatures, durable (`<size>.checkpoint`), the newest last. A log never
 * signs what its own last checkpoint contradicts, so these are also read back at the start. One that cannot be read is left out: the
 * witnesses remember too.
 */
import { join } from 'node:path';
import { parseCheckpoint, type Checkpoint } from '../ledger/checkpoint/checkpoint.ts';
import { encodeNote, parseNote, type Note } from '../ledger/checkpoint/note.ts';
import { keepNewest, makeFolder, namesIn, readIfThere, writeDurably } from './files.ts';

export interface Published {
  readonly bytes: Uint8Array;
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

export interface PublishedStore {
  /** Newest last. */
  list(): readonly Published[];
  /** Durable when it resolves. Replaces the one of the same size. */
  put(note: Note, checkpoint: Checkpoint): Promise<Published>;
}

const ENDING = '.checkpoint';
const KEPT = 32;
const fileOf = (size: number): string => `${String(size).padStart(16, '0')}${ENDING}`;

export async function openPublished(directory: string): Promise<PublishedStore> {
  await makeFolder(directory);
  let list = await readPublished(directory);
  return {
    list: () => list,
    async put(note, checkpoint) {
      const published = { bytes: encodeNote(note), note, checkpoint };
      await writeDurably(join(directory, fileOf(checkpoint.size)), published.bytes);
      list = [...list.filter((one) => one.checkpoint.size !== checkpoint.size), published].slice(-KEPT);
      await keepNewest(directory, ENDING, KEPT);
      return published;
    },
  };
}

async function readPublished(directory: string): Promise<readonly Published[]> {
  const list: Published[] = [];
  for (const name of await namesIn(directory, ENDING)) {
    const bytes = (await readIfThere(join(directory, name))) ?? new Uint8Array(0);
    const note = parseNote(bytes);
    const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note;
    if (note.ok && checkpoint.ok) list.push({ bytes, note: note.value, checkpoint: checkpoint.value });
  }
  return list;
}

/** A checkpoint checked by somebody who knows the log's key and the witnesses' from elsewhere: who has signed it, who has seen it, when. */
import { equalBytes } from '../../base/bytes.ts';
import { failed, held, notAsked, report, unchecked, type Outcome, type Report } from '../verify/report.ts';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import type { NoteKey } from './note-key.ts';
import { parseNote, type Note } from './note.ts';
import { isSignatureOf, verifiedTime } from './signature.ts';

/** Keys that the verifier learnt beforehand. `name` of a witness is the verifier's own word for it. */
export interface KnownWitness {
  readonly key: NoteKey;
  readonly name: string;
}

export interface CheckpointTrust {
  /** Any of these may sign for the log. */
  readonly logKeys: readonly NoteKey[];
  readonly witnesses: readonly KnownWitness[];
}

export interface Sighting {
  readonly name: string;
  readonly key: NoteKey;
  /** When the witness says it saw this; seconds since 1970. */
  readonly time: number;
}

export interface CheckpointFacts {
  readonly checkpoint: Checkpoint | undefined;
  /** The log's keys that signed. */
  readonly signedBy: readonly NoteKey[];
  /** Independent parties: one for each witness key, none that signed for the log. */
  readonly seenBy: readonly Sighting[];
  /** Key names of signatures that the verifier cannot judge. */
  readonly unknown: readonly string[];
}

export type CheckpointStep = 'note' | 'checkpoint' | 'log' | 'witnesses';

const titles: Readonly<Record<CheckpointStep, string>> = {
  note: 'It is a signed note',
  checkpoint: 'The note is a checkpoint of a log',
  log: 'The log signed it',
  witnesses: 'Independent witnesses have seen it',
};

const nothing: CheckpointFacts = { checkpoint: undefined, signedBy: [], seenBy: [], unknown: [] };

/** Never throws. A signature by a known key that does not hold fails its step, whatever else holds. */
export function verifyCheckpoint(bytes: Uint8Array, trust: CheckpointTrust): Report<CheckpointStep, CheckpointFacts> {
  const parsed = parseNote(bytes);
  if (!parsed.ok) return report(titles, { note: failed(parsed.error.message) }, nothing);
  const note = parsed.value;
  const checkpoint = parseCheckpoint(note.text);
  if (!checkpoint.ok)
    return report(titles, { note: held('Text and signatures are well formed.'), checkpoint: failed(checkpoint.error.message) }, nothing);
  const { origin, size } = checkpoint.value;

  const logs = signers(note, trust.logKeys);
  const seen = sightings(note, trust.witnesses, logs.holding);
  const unknown = note.signatures.filter(
    (signature) => ![...trust.logKeys, ...trust.witnesses.map(({ key }) => key)].some((key) => isSignatureOf(signature, key)),
  );
  return report(
    titles,
    {
      note: held(`Text and ${note.signatures.length} signatures are well formed.`),
      checkpoint: held(`${origin}: ${size} entries.`),
      log: logOutcome(trust, logs, checkpoint.value),
      witnesses: witnessOutcome(trust, seen),
    },
    { checkpoint: checkpoint.value, signedBy: logs.holding, seenBy: seen.holding, unknown: unknown.map(({ name }) => name) },
  );
}

interface Found<T> {
  readonly holding: readonly T[];
  readonly broken: readonly string[];
}

/** Those of the keys whose signatures are in the note and hold, and the names of those whose signatures do not. */
export function signers({ text, signatures }: Note, keys: readonly NoteKey[]): Found<NoteKey> {
  const holding: NoteKey[] = [];
  const broken: string[] = [];
  for (const key of keys) {
    const own = signatures.filter((signature) => isSignatureOf(signature, key));
    if (own.length === 0) continue;
    if (own.every((signature) => verifiedTime(text, signature, key) !== undefined)) holding.push(key);
    else broken.push(key.name);
  }
  return { holding, broken };
}

function sightings({ text, signatures }: Note, witnesses: readonly KnownWitness[], signedBy: readonly NoteKey[]): Found<Sighting> {
  const holding: Sighting[] = [];
  const broken: string[] = [];
  for (const { key, name } of witnesses) {
    // Whoever signed for the log says nothing new by signing as a witness.
    if (signedBy.some(({ publicKey }) => equalBytes(publicKey, key.publicKey))) continue;
    const times = signatures.filter((signature) => isSignatureOf(signature, key)).map((signature) => verifiedTime(text, signature, key));
    if (times.length === 0) continue;
    if (times.includes(undefined)) broken.push(name);
    // One key is one party, under however many names.
    else if (!holding.some((one) => equalBytes(one.key.publicKey, key.publicKey)))
      holding.push({ name, key, time: Math.max(...(times as number[])) });
  }
  return { holding, broken };
}

function logOutcome({ logKeys }: CheckpointTrust, { holding, broken }: Found<NoteKey>, { origin }: Checkpoint): Outcome {
  if (logKeys.length === 0) return unchecked('No key of the log was given.');
  if (broken.length > 0) return failed(`The signature of ${broken.join(', ')} does not hold.`);
  if (holding.length === 0) return failed('None of the log’s known keys signed it.');
  return holding.some(({ name }) => name === origin)
    ? held(`Signed with the key of ${origin}.`)
    : failed(`The key that signed it is not named ${origin}.`);
}

function witnessOutcome({ witnesses }: CheckpointTrust, { holding, broken }: Found<Sighting>): Outcome {
  if (broken.length > 0) return failed(`The cosignature of ${broken.join(', ')} does not hold.`);
  if (witnesses.length === 0) return notAsked('No keys of witnesses were given.');
  if (holding.length === 0) return notAsked('None of the known witnesses cosigned it.');
  return held(
    `${holding.length} independent ${holding.length === 1 ? 'party has' : 'parties have'} seen it: ${holding.map(({ name }) => name).join(', ')}.`,
  );
}

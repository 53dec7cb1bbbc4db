/** Asks one witness for its cosignature of a checkpoint, catching up with what the witness has: at most three requests. */
import { fromUtf8 } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { CodedException, fail, ok, type Result } from '../base/result.ts';
import { encodeAddCheckpoint } from '../ledger/checkpoint/add-checkpoint.ts';
import { parseSignatureLines, type NoteSignature } from '../ledger/checkpoint/note.ts';
import { isSignatureOf, verifiedTime } from '../ledger/checkpoint/signature.ts';
import { witnessErrors } from './errors.ts';
import { sizeIn, type WitnessPort } from './witness-port.ts';

export interface Offer {
  /** The note with the log's signature. */
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly size: number;
  /** Consistency path from an older size to `size`. */
  readonly path: (oldSize: number) => readonly Uint8Array[];
}

export interface Cosigned {
  readonly signature: NoteSignature;
  /** Seconds since 1970, as the witness says. */
  readonly time: number;
}

const MAX_ATTEMPTS = 3;
const NOT_KEPT: ReadonlySet<string> = new Set(['engine.height-pruned', 'engine.index-damaged']);

/**
 * `knownSize`: what the witness is thought to have. `witness.unreachable`, `witness.refused`, `witness.bad-answer`,
 * `witness.inconsistent` and `witness.ahead` (data: size).
 */
export async function askWitness(witness: WitnessPort, offer: Offer, knownSize: number): Promise<Result<Cosigned>> {
  let oldSize = Math.min(knownSize, offer.size);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const path = pathFrom(offer, oldSize);
    if (!path) return fail(codedError(witnessErrors, 'witness.unprovable', { data: { size: oldSize } }));
    const sent = await witness.add(encodeAddCheckpoint(oldSize, path, offer.bytes));
    if (!sent.ok) return sent;
    const { status } = sent.value;
    if (status === 200) return cosignatureOf(witness, offer.text, sent.value.body);
    if (status === 422) return inconsistent(witness, oldSize);
    if (status === 503)
      return fail(codedError(witnessErrors, 'witness.unreachable', { message: `${witness.name} has not got that far in the ledger itself.` }));
    if (status !== 409)
      return fail(codedError(witnessErrors, 'witness.refused', { message: `${witness.name} refused the checkpoint (${status}).`, data: { status } }));
    const size = sizeIn(sent.value);
    if (size === undefined) return badAnswer(witness, 'it names no size');
    if (size > offer.size)
      return fail(
        codedError(witnessErrors, 'witness.ahead', {
          message: `${witness.name} has seen ${size} entries; there are ${offer.size} here.`,
          data: { size },
        }),
      );
    // It is told exactly what it has, and still in conflict: the same size with another root.
    if (size === oldSize) return inconsistent(witness, size);
    oldSize = size;
  }
  return badAnswer(witness, 'it names another size each time');
}

/** Undefined where parts of the log would be needed that are not kept here, as before a snapshot. */
function pathFrom({ path }: Offer, oldSize: number): readonly Uint8Array[] | undefined {
  if (oldSize === 0) return [];
  try {
    return path(oldSize);
  } catch (cause) {
    if (cause instanceof CodedException && NOT_KEPT.has(cause.code)) return undefined;
    throw cause;
  }
}

function cosignatureOf(witness: WitnessPort, text: string, body: Uint8Array): Result<Cosigned> {
  let lines: string;
  try {
    lines = fromUtf8(body);
  } catch {
    return badAnswer(witness, 'it is not text');
  }
  const parsed = parseSignatureLines(lines);
  if (!parsed.ok) return badAnswer(witness, parsed.error.message);
  // Others may come along: of unknown keys nothing is known.
  for (const signature of parsed.value) {
    if (!isSignatureOf(signature, witness.key)) continue;
    const time = verifiedTime(text, signature, witness.key);
    return time === undefined ? badAnswer(witness, 'its signature does not hold') : ok({ signature, time });
  }
  return badAnswer(witness, 'it is not signed with the key that this witness is known by');
}

const inconsistent = ({ name }: WitnessPort, size: number) =>
  fail(codedError(witnessErrors, 'witness.inconsistent', { message: `${name} has seen another history of ${size} entries.`, data: { size } }));

const badAnswer = ({ name }: WitnessPort, why: string) =>
  fail(codedError(witnessErrors, 'witness.bad-answer', { message: `${name}: not a cosignature: ${why}.` }));

/** A witness as a log meets it: in another organisation's node, or anywhere, over HTTP. */
import { fromUtf8 } from '../base/bytes.ts';
import { bodyUpTo } from '../base/bounded-answer.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { decimal } from '../ledger/checkpoint/checkpoint.ts';
import type { NoteKey } from '../ledger/checkpoint/note-key.ts';
import { MAX_NOTE_BYTES } from '../ledger/checkpoint/note.ts';
import { witnessErrors } from './errors.ts';
import type { WitnessAnswer } from './witness.ts';

/** Whom a log asks for cosignatures. */
export interface WitnessPort {
  /** For people: an organisation's name, a host. */
  readonly name: string;
  /** Id of the member that it belongs to; undefined: somebody outside of the network. */
  readonly organisation: string | undefined;
  readonly key: NoteKey;
  /** Its answer, whatever it is. `witness.unreachable`. */
  add(body: Uint8Array): Promise<Result<WitnessAnswer>>;
}

const TIMEOUT_MS = 10_000;

export interface WitnessAddress {
  readonly name: string;
  readonly organisation?: string;
  readonly key: NoteKey;
  /** Submission prefix, without trailing slash. */
  readonly url: string;
}

export const httpWitness = ({ name, organisation, key, url }: WitnessAddress, signal: AbortSignal): WitnessPort => ({
  name,
  organisation,
  key,
  async add(body) {
    try {
      const response = await fetch(`${url}/add-checkpoint`, {
        method: 'POST',
        body: new Uint8Array(body),
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      return ok({ status: response.status, type: response.headers.get('content-type') ?? '', body: await bodyUpTo(response, MAX_NOTE_BYTES) });
    } catch (cause) {
      const why = (cause as Error & { cause?: Error }).cause?.message ?? (cause as Error).message;
      return fail(codedError(witnessErrors, 'witness.unreachable', { message: `${name} did not answer: ${why}.`, data: { url } }));
    }
  },
});

/** The size in a 409. */
export function sizeIn({ body }: WitnessAnswer): number | undefined {
  try {
    const text = fromUtf8(body);
    return text.endsWith('\n') ? decimal(text.slice(0, -1)) : undefined;
  } catch {
    return undefined;
  }
}

/** The block file as commits see it: attestations wait for the next append, so that they cost no sync of their own. */
import { fail, ok, type CodedError, type Result } from '../../../base/result.ts';
import { appendFrames, readPayload, type NewFrame, type Place } from './block-file.ts';
import { ioError } from '../errors.ts';
import type { Storage } from './storage.ts';

/** An attestation that has reached the file. */
export interface StoredAttestation {
  readonly height: number;
  readonly place: Place;
}

export interface BlockLog {
  /** Why nothing may be written any more: the file could not be brought back to where it was. */
  readonly failure: CodedError | undefined;
  /** Kept until the next write. */
  attest(height: number, attestation: Uint8Array): void;
  /** One that has not been written yet. */
  waiting(height: number): Uint8Array | undefined;
  /** All that have not been written yet, by height. */
  allWaiting(): ReadonlyMap<number, Uint8Array>;
  /** Appends the attestations that wait, and then the block if there is one. All of it or nothing; durable when it resolves. */
  write(block?: {
    readonly height: number;
    readonly payload: Uint8Array;
  }): Promise<Result<{ readonly block: Place | undefined; readonly attestations: readonly StoredAttestation[] }>>;
  read(place: Place, height: number, kind: 'block' | 'pruned' | 'attestation'): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function blockLog(storage: Storage): BlockLog {
  const attestations = new Map<number, Uint8Array>();
  let failure: CodedError | undefined;
  return {
    get failure() {
      return failure;
    },
    attest: (height, attestation) => void attestations.set(height, attestation),
    waiting: (height) => attestations.get(height),
    allWaiting: () => attestations,
    async write(block) {
      if (failure) return fail(failure);
      const written = [...attestations];
      const frames: NewFrame[] = written.map(([height, payload]) => ({ kind: 'attestation', height, payload }));
      if (block) frames.push({ kind: 'block', ...block });
      if (frames.length === 0) return ok({ block: undefined, attestations: [] });
      const appended = await appendFrames(storage, frames);
      if (!appended.ok) {
        const error = ioError(appended.cause, 'writing a block');
        if (!appended.restored) failure = error;
        return fail(error);
      }
      for (const [height, payload] of written) if (attestations.get(height) === payload) attestations.delete(height);
      const { places } = appended;
      return ok({
        block: block && places.at(-1),
        attestations: written.map(([height], position) => ({ height, place: places[position]! })),
      });
    },
    read: (place, height, kind) => readPayload(storage, place, height, kind),
    close: () => storage.close(),
  };
}

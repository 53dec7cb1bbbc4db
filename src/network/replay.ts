/**
 * Refuses what was received before. Requests carry a nonce and a short time window: a nonce is kept until its window has passed, and
 * what was signed before this node started is refused, since what was seen then is forgotten.
 */
import { toHex } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { MAX_WINDOW } from './envelope.ts';
import { networkErrors } from './errors.ts';

/** Clocks may differ by this much, milliseconds. */
const SKEW = 10_000;
const MAX_KEPT = 200_000;

export interface ReplayGuard {
  /** `network.expired`, `network.replayed`, `network.busy`. Times in milliseconds since 1970. */
  accept(from: string, nonce: Uint8Array, issued: number, expires: number): Result<void>;
}

export function replayGuard(now: () => number): ReplayGuard {
  const started = now();
  let current = new Set<string>();
  let previous = new Set<string>();
  let turned = started;
  const expired = (message: string) => fail(codedError(networkErrors, 'network.expired', { message }));

  return {
    accept(from, nonce, issued, expires) {
      const time = now();
      if (!(expires > issued) || expires - issued > MAX_WINDOW) return expired('The time window of the message is longer than allowed.');
      if (issued > time + SKEW) return expired('The message is from the future.');
      if (time >= expires) return expired('The time window of the message has passed.');
      if (issued < started) return expired('The message was signed before this node started; sign it again.');
      // A nonce can be needed for MAX_WINDOW + SKEW: two generations of that length forget none too early.
      if (time - turned > MAX_WINDOW + SKEW) {
        previous = current;
        current = new Set();
        turned = time;
      }
      const name = `${from}/${toHex(nonce)}`;
      if (current.has(name) || previous.has(name)) return fail(codedError(networkErrors, 'network.replayed'));
      if (current.size >= MAX_KEPT) return fail(codedError(networkErrors, 'network.busy'));
      current.add(name);
      return ok(undefined);
    },
  };
}

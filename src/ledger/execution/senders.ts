/** Who sends: looked up once for each key, as long as nothing is written that decides it. Most of a block's transactions are of few senders. */
import { toHex } from '../../base/bytes.ts';
import { decidesSenders, senderOf } from '../membership/sender.ts';
import type { Sender, StateView } from '../module/rule.ts';

export interface Senders {
  /** As `senderOf`, at this moment. */
  of(key: Uint8Array): Sender | undefined;
  /** These are in the state now. */
  written(keys: Iterable<string>): void;
}

export function sendersIn(state: StateView): Senders {
  const known = new Map<string, Sender>();
  return {
    of(key) {
      const name = toHex(key);
      const found = known.get(name);
      if (found) return found;
      const sender = senderOf(state, key);
      // Keys that are nobody's come from outside, as many as somebody likes.
      if (sender) known.set(name, sender);
      return sender;
    },
    written(keys) {
      for (const key of keys) {
        if (!decidesSenders(key)) continue;
        known.clear();
        return;
      }
    },
  };
}

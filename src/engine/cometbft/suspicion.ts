/**
 * Validators that propose blocks which the others can't follow: a header with another app hash means that their ledger is another one. The
 * engine only says that it votes against such a block. Whether it was the proposer or this node that was wrong shows when the height is
 * decided: with this node going on, it was the proposer.
 */
import { fromHex } from '../../base/bytes.ts';
import type { RpcClient } from './rpc/client.ts';

export interface Suspicion {
  /** 20 bytes. */
  readonly address: Uint8Array;
  /** Consensus height. */
  readonly height: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface Suspicions {
  /** A line that the engine printed. */
  onLine(line: string): void;
  /** A height was committed here; the answer is what has been shown by it. */
  committed(height: number): readonly Suspicion[];
}

const MAX_PENDING = 100;
const REFUSED = 'consensus deems this block invalid';
const WRONG_RESULT = /wrong Block\.Header\.(AppHash|LastResultsHash)/;

export function suspicions(rpc: RpcClient, now: () => number): Suspicions {
  let pending: Suspicion[] = [];

  /** Who may propose in a round is known to the engine while the round lasts. */
  async function ask(height: number, round: number): Promise<void> {
    const answer = await rpc.call('consensus_state');
    if (!answer.ok) return;
    const { round_state: state } = answer.value as {
      readonly round_state?: { readonly 'height/round/step'?: unknown; readonly proposer?: { readonly address?: unknown } };
    };
    const address = state?.proposer?.address;
    const isSame = typeof state?.['height/round/step'] === 'string' && state['height/round/step'].startsWith(`${height}/${round}/`);
    if (!isSame || typeof address !== 'string' || !/^[0-9A-F]{40}$/i.test(address) || pending.length >= MAX_PENDING) return;
    pending.push({ address: fromHex(address), height, time: now() });
  }

  return {
    onLine(line) {
      if (!line.includes(REFUSED) || !WRONG_RESULT.test(line)) return;
      try {
        const { height, round } = JSON.parse(line) as { readonly height?: unknown; readonly round?: unknown };
        if (typeof height === 'number' && typeof round === 'number') void ask(height, round);
      } catch {
        // Not a line of the log's own form.
      }
    },
    committed(height) {
      const shown = pending.filter((one) => one.height <= height);
      pending = pending.filter((one) => one.height > height);
      return shown;
    },
  };
}

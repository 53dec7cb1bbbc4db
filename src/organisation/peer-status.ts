/** What a node on another machine tells everybody: whose it is, how far, and whether it is ready. */
import { jsonUpTo } from '../base/bounded-answer.ts';
import type { WellKnown } from '../contract/network.ts';

const ANSWER_LIMIT = 64 << 10;

export interface PeerAnswer {
  readonly name: string | undefined;
  /** Undefined: it does not answer, or not as the node of a member of this network. */
  readonly height: number | undefined;
  /** In words, where there is no height. */
  readonly why: string;
  readonly notReady: { readonly code: string; readonly message: string } | undefined;
}

const silent = (why: string): PeerAnswer => ({ name: undefined, height: undefined, why, notReady: undefined });

export async function askPeer(url: string, chainId: string, signal: AbortSignal): Promise<PeerAnswer> {
  try {
    const answer = await fetch(`${url}/.well-known/careledger`, { signal });
    if (!answer.ok) return silent(`${url} answers ${answer.status}`);
    const known = (await jsonUpTo(answer, ANSWER_LIMIT)) as Partial<WellKnown>;
    const { organisation, height } = known;
    if (known.chainId !== chainId || !Number.isSafeInteger(height)) return silent(`${url} is not a node of this network`);
    const ready = await fetch(`${url}/readyz`, { signal });
    const { code, why } = (await jsonUpTo(ready, ANSWER_LIMIT)) as { readonly code?: unknown; readonly why?: unknown };
    const notReady = ready.ok ? undefined : { code: String(code ?? 'engine.not-ready'), message: String(why ?? 'It is not ready') };
    return { name: organisation?.name, height, why: '', notReady };
  } catch (cause) {
    const { message, cause: reason } = cause as Error;
    return silent(`${url} does not answer: ${reason instanceof Error ? reason.message : message}`);
  }
}

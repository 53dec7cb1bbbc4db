/** The trust bundle of a member, for a node that begins at a snapshot: what it would otherwise lack to show the changes of the validators before. */
import { bodyUpTo } from '../base/bounded-answer.ts';
import { keepEarlierTrust } from '../engine/cometbft/earlier-trust.ts';
import { MAX_BUNDLE_BYTES } from '../ledger/attestation/trust-bundle.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../ledger/genesis/genesis.ts';

const TIMEOUT_MS = 10_000;

/** Whether one of the members gave a bundle that follows from the genesis; it is kept in `directory`. */
export async function fetchTrust(directory: string, genesis: Genesis, urls: readonly string[], signal: AbortSignal): Promise<boolean> {
  const known = genesisHash(encodeGenesis(genesis));
  for (const url of urls) {
    const bundle = await fetchBundle(url, signal);
    if (bundle && (await keepEarlierTrust(directory, known, bundle))) return true;
  }
  return false;
}

/** A member's trust bundle, whatever it is worth; undefined: it gives none. */
export const fetchBundle = (url: string, signal: AbortSignal): Promise<Uint8Array | undefined> =>
  bundleOf(url, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])).catch(() => undefined);

async function bundleOf(url: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const answer = await fetch(`${url}/explorer/api/trust`, { signal });
  return answer.ok ? bodyUpTo(answer, MAX_BUNDLE_BYTES) : undefined;
}

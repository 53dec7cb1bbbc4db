/**
 * Whom this browser believes. The genesis of a ledger is kept when it is first seen; a server that later shows another one for the same ledger does
 * not replace it. What has changed since the genesis comes from the server, and has to follow from it: where it does not, the bundle
 * that was kept goes on being believed, and what the server shows fails.
 */
import { fromBase64, toBase64 } from '../../base/base64.ts';
import type { Genesis } from '../../contract/explorer.ts';
import { getBytes, getJson, type Target } from '../api/http.ts';
import type { TrustAnchor } from './messages.ts';

const KEY = 'careledger.trust';

export interface PinnedTrust extends TrustAnchor {
  /** When this browser first saw the ledger. */
  readonly seen: string;
}

interface Stored {
  readonly genesisHash: string;
  readonly bundle: string;
  readonly seen: string;
}

const pins = (): Readonly<Record<string, Partial<Stored>>> =>
  JSON.parse(localStorage.getItem(KEY) ?? '{}') as Readonly<Record<string, Partial<Stored>>>;

/** What this browser saw of a ledger before: enough to check without a network. */
export function pinnedTrust(chainId: string | undefined): PinnedTrust | undefined {
  const { genesisHash, bundle, seen } = (chainId === undefined ? undefined : pins()[chainId]) ?? {};
  const bytes = bundle === undefined ? undefined : fromBase64(bundle);
  return chainId === undefined || genesisHash === undefined || seen === undefined || !bytes
    ? undefined
    : { chainId, genesisHash, bundle: bytes, seen };
}

export async function trustFrom(target: Target): Promise<PinnedTrust> {
  const [{ chainId, genesisHash }, bundle] = await Promise.all([
    getJson<Genesis>(target, '/explorer/api/genesis'),
    getBytes(target, '/explorer/api/trust'),
  ]);
  const pinned = pinnedTrust(chainId);
  if (pinned !== undefined && pinned.genesisHash !== genesisHash) return pinned;
  const fresh: PinnedTrust = { chainId, genesisHash, bundle, seen: pinned?.seen ?? new Date().toISOString() };
  // No room is no reason not to check: then the server is asked every time.
  try {
    const stored: Stored = { genesisHash, bundle: toBase64(bundle), seen: fresh.seen };
    localStorage.setItem(KEY, JSON.stringify({ ...pins(), [chainId]: stored }));
  } catch {
    // Nothing else is lost.
  }
  return fresh;
}

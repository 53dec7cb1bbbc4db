/**
 * Whom this browser believes. The key of a ledger is kept when it is first seen; a server that later shows another key for the same
 * ledger does not replace it: the checks then fail at the step `trust`, and the drawer says so.
 */
import type { Genesis } from '../../contract/explorer.ts';
import { getJson, type Target } from '../api/http.ts';
import type { TrustAnchor } from './messages.ts';

const KEY = 'careledger.trust';

export interface PinnedTrust extends TrustAnchor {
  /** When this browser first saw the key. */
  readonly seen: string;
}

const pins = (): Readonly<Record<string, PinnedTrust>> => JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, PinnedTrust>;

/** What this browser saw of a ledger before: enough to check without a network. */
export const pinnedTrust = (chainId: string | undefined): PinnedTrust | undefined => (chainId === undefined ? undefined : pins()[chainId]);

export async function trustFrom(target: Target): Promise<PinnedTrust> {
  const genesis = await getJson<Genesis>(target, '/explorer/api/genesis');
  const pinned = pinnedTrust(genesis.chainId);
  if (pinned !== undefined) return pinned;
  const fresh: PinnedTrust = { chainId: genesis.chainId, nodeKey: genesis.nodeKey, seen: new Date().toISOString() };
  localStorage.setItem(KEY, JSON.stringify({ ...pins(), [genesis.chainId]: fresh }));
  return fresh;
}

/** What a node needs to begin with a snapshot of one that is on this machine: whom it trusts is asked of that one itself. */
import { join } from 'node:path';
import { unwrap } from '../../src/base/result.ts';
import type { StateSync } from '../../src/engine/cometbft/home/config-file.ts';
import { rpcClient } from '../../src/engine/cometbft/rpc/client.ts';

/** `directory`: of the node that has the snapshots. */
export async function stateSyncFrom(directory: string): Promise<StateSync> {
  const socket = join(directory, 'cometbft/rpc.sock');
  const rpc = rpcClient(socket);
  try {
    // As a node that joins a network does: the newest.
    const { sync_info: sync } = unwrap(await rpc.call('status')) as { readonly sync_info: { readonly latest_block_height: string } };
    const height = Number(sync.latest_block_height);
    const { signed_header: signed } = unwrap(await rpc.call('commit', { height: String(height) })) as {
      readonly signed_header: { readonly commit: { readonly block_id: { readonly hash: string } } };
    };
    const server = `unix://${socket}`;
    return { servers: [server, server], trustHeight: height, trustHash: signed.commit.block_id.hash, trustPeriodHours: 24 };
  } finally {
    rpc.close();
  }
}

/** What a node needs to begin with a snapshot of one that is on this machine: whom it trusts is asked of that one itself. */
import { join } from 'node:path';
import { unwrap } from '../../src/base/result.ts';
import type { StateSync } from '../../src/engine/cometbft/home/config-file.ts';
import { rpcClient } from '../../src/engine/cometbft/rpc/client.ts';

/** `directory`: of the node that has the snapshots. `height`: of a consensus block that it still has. */
export async function stateSyncFrom(directory: string, height = 2): Promise<StateSync> {
  const socket = join(directory, 'cometbft/rpc.sock');
  const rpc = rpcClient(socket);
  try {
    const { signed_header: signed } = unwrap(await rpc.call('commit', { height: String(height) })) as {
      readonly signed_header: { readonly commit: { readonly block_id: { readonly hash: string } } };
    };
    const server = `unix://${socket}`;
    return { servers: [server, server], trustHeight: height, trustHash: signed.commit.block_id.hash, trustPeriodHours: 24 };
  } finally {
    rpc.close();
  }
}

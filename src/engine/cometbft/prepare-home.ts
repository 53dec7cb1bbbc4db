/** What the engine needs before it is started: its home with keys, genesis and settings, and the two sockets through which it is talked to. */
import { join } from 'node:path';
import { encodeGenesis, genesisHash } from '../../ledger/genesis/genesis.ts';
import { HOME_FOLDER } from './folders.ts';
import { writeHome } from './home/home.ts';
import { socketIn, type SocketPlace } from './home/sockets.ts';
import type { CometOptions } from './options.ts';

export interface PreparedHome {
  readonly home: string;
  readonly abciSocket: SocketPlace;
  readonly rpcSocket: SocketPlace;
  /** Removes the sockets. */
  release(): Promise<void>;
}

/** `joining`: the engine begins with a snapshot of its peers, as the settings say; otherwise these are left out. */
export async function prepareHome(options: CometOptions, how: 'running' | 'joining'): Promise<PreparedHome> {
  const { directory, genesis, settings, validatorSeed, nodeSeed } = options;
  const { stateSync, ...others } = settings;
  const home = join(directory, HOME_FOLDER);
  const abciSocket = await socketIn(home, 'abci.sock');
  const rpcSocket = await socketIn(home, 'rpc.sock');
  await writeHome(home, {
    genesis: {
      chainId: genesis.chainId,
      time: genesis.time,
      validators: genesis.validators.map(({ org, key, power }) => ({ name: org, key, power })),
      ledgerGenesisHash: genesisHash(encodeGenesis(genesis)),
    },
    settings: { ...others, ...(how === 'joining' && stateSync ? { stateSync } : {}), abciSocket: abciSocket.name, rpcSocket: rpcSocket.name },
    validatorSeed,
    nodeSeed,
  });
  return {
    home,
    abciSocket,
    rpcSocket,
    async release() {
      await abciSocket.remove();
      await rpcSocket.remove();
    },
  };
}

/** A CometBFT network of one validator in this process, with the members of `ledger.ts`. */
import net from 'node:net';
import { once } from 'node:events';
import { unwrap } from '../../src/base/result.ts';
import { openCometLedger } from '../../src/engine/cometbft/open.ts';
import type { CometOptions } from '../../src/engine/cometbft/options.ts';
import type { CometLedger } from '../../src/engine/cometbft/comet-ledger.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import { genesis, keyOf, seedOf } from './ledger.ts';

export const singleValidatorGenesis: Genesis = {
  ...genesis,
  engine: 'cometbft',
  proposer: new Uint8Array(0),
  validators: [{ org: 'hospital', key: keyOf('validator'), power: 1 }],
};

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function openSingleValidator(directory: string, program: string, options: Partial<CometOptions> = {}): Promise<CometLedger> {
  return unwrap(
    await openCometLedger({
      directory,
      program,
      genesis: singleValidatorGenesis,
      validatorSeed: seedOf('validator'),
      nodeSeed: seedOf('machine'),
      issuerSeed: seedOf('hospital'),
      settings: { moniker: 'hospital', listen: `127.0.0.1:${await freePort()}`, peers: [], commitTimeoutMs: 20 },
      ...options,
    }),
  );
}

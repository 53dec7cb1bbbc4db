/** A ledger of this project's for the driver: its genesis with validators, its files, its application in this process. */
import { join } from 'node:path';
import { toHex, utf8 } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { serveAbci } from '../../../src/engine/abci/server.ts';
import { ledgerApplication, type ApplicationOptions, type LedgerApplication } from '../../../src/engine/cometbft/application/ledger-application.ts';
import { createLedger } from '../../../src/engine/disk/create-ledger.ts';
import type { DiskOptions, LedgerDisk } from '../../../src/engine/disk/ledger-disk.ts';
import { openLedgerDisk } from '../../../src/engine/disk/open.ts';
import { encodeConsensusSeal } from '../../../src/ledger/block/seal.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../../../src/ledger/genesis/genesis.ts';
import { genesisOf, keyOf, genesis as plain } from '../ledger.ts';
import { AbciDriver, type DriverOptions } from './driver.ts';

/** The genesis of `support/ledger.ts` on CometBFT, with three validators. */
export const consensusGenesis: Genesis = genesisOf(plain.members, {
  engine: 'cometbft',
  proposer: new Uint8Array(0),
  validators: [
    { org: 'hospital', key: keyOf('validator hospital'), power: 10 },
    { org: 'clinic', key: keyOf('validator clinic'), power: 10 },
    { org: 'regulator', key: keyOf('validator regulator'), power: 10 },
  ],
});

export const newConsensusLedger = async (directory: string, genesis: Genesis = consensusGenesis): Promise<void> =>
  unwrap(await createLedger(directory, genesis, () => encodeConsensusSeal(0)));

export const driverOptions = (socketPath: string, genesis: Genesis = consensusGenesis): DriverOptions => ({
  socketPath,
  chainId: genesis.chainId,
  appState: utf8(JSON.stringify(toHex(genesisHash(encodeGenesis(genesis))))),
  validators: genesis.validators,
  genesisTime: genesis.time,
});

export interface ServedLedger {
  readonly disk: LedgerDisk;
  readonly application: LedgerApplication;
  readonly socketPath: string;
  close(): Promise<void>;
}

/** The application of the ledger in `directory`, on a socket beside it. */
export async function serveLedger(
  directory: string,
  options: ApplicationOptions = {},
  diskOptions: Omit<DiskOptions, 'directory'> = {},
): Promise<ServedLedger> {
  const disk = unwrap(await openLedgerDisk({ directory, ...diskOptions }));
  const application = await ledgerApplication(disk, options);
  const socketPath = join(directory, 'abci.sock');
  const server = await serveAbci({ path: socketPath, application: application.abci });
  return {
    disk,
    application,
    socketPath,
    async close() {
      await server.close();
      application.close();
      await disk.close();
    },
  };
}

/** A new ledger, served and driven. */
export async function drivenLedger(directory: string, genesis: Genesis = consensusGenesis): Promise<ServedLedger & { readonly driver: AbciDriver }> {
  await newConsensusLedger(directory, genesis);
  const served = await serveLedger(directory);
  const driver = new AbciDriver(driverOptions(served.socketPath, genesis));
  await driver.start();
  return { ...served, driver };
}

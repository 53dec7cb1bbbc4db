/** The places at which an engine takes transactions from outside. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unwrap } from '../../../src/base/result.ts';
import { BLOCK_FILE } from '../../../src/engine/disk/blocks/block-file.ts';
import { createGenesis } from '../../../src/engine/embedded/create-genesis.ts';
import type { Head } from '../../../src/ledger/client.ts';
import type { Genesis } from '../../../src/ledger/genesis/genesis.ts';
import { consensusGenesis, drivenLedger } from '../../support/abci-driver/ledger.ts';
import { genesis, openLedger, seedOf } from '../../support/ledger.ts';

export interface Edge {
  /** The codes with which it is refused at each place it can be sent to, or `accepted`. */
  send(bytes: Uint8Array): Promise<readonly string[]>;
  head(): Head;
  /** All bytes of the ledger on disk. */
  file(): Buffer;
  close(): Promise<void>;
}

export async function embeddedEdge(directory: string, members: Genesis['members']): Promise<Edge> {
  unwrap(await createGenesis(directory, { ...genesis, members }, seedOf('node')));
  const ledger = await openLedger(directory);
  return {
    async send(bytes) {
      const result = await ledger.submit(bytes);
      return [result.ok ? 'accepted' : result.error.code];
    },
    head: () => ledger.head(),
    file: () => readFileSync(join(directory, BLOCK_FILE)),
    close: () => ledger.close(),
  };
}

/** CheckTx, then in a block: proposed by somebody else, and, where this application votes against that, decided by the others all the same. */
export async function consensusEdge(directory: string, members: Genesis['members']): Promise<Edge> {
  const { driver, disk, close } = await drivenLedger(directory, { ...consensusGenesis, members });
  return {
    async send(bytes) {
      const { code, codespace } = await driver.checkTx(bytes);
      driver.mempool.splice(0);
      const decided = (await driver.block({ transactions: [bytes], decideAnyway: true }))!.results[0]!;
      return [code === 0 ? 'accepted' : codespace, decided.code === 0 ? 'accepted' : decided.codespace];
    },
    head: () => disk.head(),
    file: () => readFileSync(join(directory, BLOCK_FILE)),
    async close() {
      driver.stop();
      await close();
    },
  };
}

/** A history through the engines: one on its own, one as CometBFT would drive it. */
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { createGenesis } from '../../src/engine/embedded/create-genesis.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import type { Head } from '../../src/ledger/client.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import { AbciDriver } from '../support/abci-driver/driver.ts';
import { driverOptions, serveLedger } from '../support/abci-driver/ledger.ts';
import type { Outcome } from './outcome.ts';
import type { ScenarioBlock } from './scenario.ts';

export type EngineOutcome = Omit<Outcome, 'transactions'>;

const outcomeOf = ({ height, logSize, stateRoot, logRoot, blockHash }: Head): EngineOutcome => ({
  height,
  accepted: logSize,
  stateRoot: toHex(stateRoot),
  logRoot: toHex(logRoot),
  headerHash: toHex(blockHash),
});

/** The same genesis on both engines, so that the blocks can be the same to the byte: it names one key as proposer and as validator. */
export interface Start {
  readonly genesis: Genesis;
  readonly nodeSeed: Uint8Array;
}

/** Blocks exactly as they are given: decided by the others even where this application would vote against one. */
export async function throughApplication(directory: string, { genesis, nodeSeed }: Start, blocks: Iterable<ScenarioBlock>): Promise<EngineOutcome> {
  unwrap(await createGenesis(directory, genesis, nodeSeed));
  const served = await serveLedger(directory, { retainBlocks: 1 });
  const driver = new AbciDriver(driverOptions(served.socketPath, genesis));
  try {
    await driver.start();
    for (const { time, transactions } of blocks) await driver.block({ time, transactions, decideAnyway: true });
    return outcomeOf(served.disk.head());
  } finally {
    driver.stop();
    await served.close();
  }
}

/** Transactions as they come: the engine makes its own blocks of them, which are returned. */
export async function throughEmbedded(
  directory: string,
  { genesis, nodeSeed }: Start,
  blocks: Iterable<ScenarioBlock>,
): Promise<{ readonly outcome: EngineOutcome; readonly blocks: readonly ScenarioBlock[] }> {
  unwrap(await createGenesis(directory, genesis, nodeSeed));
  let now = genesis.time;
  const ledger = unwrap(await openEmbeddedLedger({ directory, nodeSeed, now: () => now, lingerMs: 1 }));
  for (const { time, transactions } of blocks) {
    now = time;
    await Promise.all(transactions.map((bytes) => ledger.submit(bytes)));
  }
  const made: ScenarioBlock[] = [];
  for (let height = 1; height <= ledger.head().height; height++) {
    const { time, transactions } = (await ledger.block(height))!;
    made.push({ time, transactions });
  }
  const outcome = outcomeOf(ledger.head());
  await ledger.close();
  return { outcome, blocks: made };
}

/** A history through the engines: one on its own, one as CometBFT would drive it. */
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { createGenesis } from '../../src/engine/embedded/create-genesis.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import type { Head } from '../../src/ledger/client.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import { checkTransaction } from '../../src/ledger/transaction/check.ts';
import { AbciDriver } from '../support/abci-driver/driver.ts';
import { driverOptions, serveLedger } from '../support/abci-driver/ledger.ts';
import type { Outcome } from './outcome.ts';
import type { OpenScenario, ScenarioBlock } from './scenario.ts';

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

/** Transactions as they come: the engine makes its own blocks of them, each of which the core executes and compares. Returns the blocks. */
export async function throughEmbedded(
  directory: string,
  { genesis, proposerSeed: nodeSeed, blocks, ledger: core }: OpenScenario,
): Promise<{ readonly outcome: EngineOutcome; readonly blocks: readonly ScenarioBlock[] }> {
  unwrap(await createGenesis(directory, genesis, nodeSeed));
  let now = genesis.time;
  const ledger = unwrap(await openEmbeddedLedger({ directory, nodeSeed, now: () => now, lingerMs: 1 }));
  const made: ScenarioBlock[] = [];
  for (const { time, transactions: sent } of blocks) {
    now = time;
    await Promise.all(sent.map((bytes) => ledger.submit(bytes)));
    while (made.length < ledger.head().height) {
      const block = (await ledger.block(made.length + 1))!;
      const transactions = block.transactions.map((bytes) => unwrap(checkTransaction(bytes, genesis.chainId)));
      const { next } = core.execute(transactions, block.time);
      if (toHex(next.blockHash) !== toHex(block.hash)) throw new Error(`block ${block.height} is another one in the core`);
      made.push({ time: block.time, transactions: block.transactions });
    }
  }
  const outcome = outcomeOf(ledger.head());
  await ledger.close();
  return { outcome, blocks: made };
}

/** What a recording comes to: equal on everything that executes it. */
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { decodeGenesis } from '../../src/ledger/genesis/decode-genesis.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import { checkTransaction } from '../../src/ledger/transaction/check.ts';
import { frontierRoot } from '../../src/ledger/proofs/merkle-log.ts';
import { stateRootOf } from '../../src/ledger/state/tree.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { readRecording } from './recording.ts';
import type { ScenarioBlock } from './scenario.ts';

export interface Outcome {
  readonly height: number;
  readonly transactions: number;
  readonly accepted: number;
  readonly stateRoot: string;
  readonly logRoot: string;
  /** Hash of the newest header: it covers all headers before it. */
  readonly headerHash: string;
}

/** `change`: what a block is replaced by, for a history that is another. */
export function replay(path: string, change: (block: ScenarioBlock, index: number) => ScenarioBlock = (block) => block): Outcome {
  const { genesis, blocks } = readRecording(path);
  return executed(unwrap(decodeGenesis(genesis)), blocks, change);
}

export function executed(genesis: Genesis, blocks: Iterable<ScenarioBlock>, change = (block: ScenarioBlock, _index: number) => block): Outcome {
  const ledger = new MemoryLedger(genesis);
  let transactions = 0;
  let index = 0;
  for (const recorded of blocks) {
    const block = change(recorded, index++);
    transactions += block.transactions.length;
    const checked = block.transactions.flatMap((bytes) => {
      const result = checkTransaction(bytes, genesis.chainId);
      return result.ok ? [result.value] : [];
    });
    ledger.execute(checked, block.time);
  }
  const { height, root, log, blockHash } = ledger.state;
  return {
    height,
    transactions,
    accepted: log.size,
    stateRoot: toHex(stateRootOf(root)),
    logRoot: toHex(frontierRoot(log)),
    headerHash: toHex(blockHash),
  };
}

/** Blocks without their transactions: what a snapshot or a pruned file says of old blocks is believed only as far as each follows from the one before. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { readHistory } from '../../src/engine/disk/blocks/history.ts';
import { historyStart } from '../../src/engine/disk/snapshots/snapshot-format.ts';
import { encodeHeader, headerHash, signAttestation, type Header } from '../../src/ledger/block/header.ts';
import { encodePrunedBlock } from '../../src/ledger/block/pruned-block.ts';
import { encodeConsensusSeal } from '../../src/ledger/block/seal.ts';
import type { Execution } from '../../src/ledger/execution/execute-block.ts';
import { executeGenesis } from '../../src/ledger/genesis/genesis-block.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import { emptyFrontier } from '../../src/ledger/proofs/merkle-log.ts';
import { checkTransaction } from '../../src/ledger/transaction/check.ts';
import { MAX_LIFETIME_BLOCKS } from '../../src/ledger/transaction/schema.ts';
import { consensusGenesis } from '../support/abci-driver/ledger.ts';
import { genesis as embedded, NOW, openGrant, random, seedOf, transactionOf } from '../support/ledger.ts';
import { StateMachine } from '../support/state-machine.ts';

/** A block as the history has it, before it is encoded. */
interface Kept {
  readonly header: Header;
  readonly transactions: readonly Uint8Array[];
  readonly seal: Uint8Array;
}

const transactions = Array.from({ length: 8 }, () => unwrap(checkTransaction(transactionOf('hospital', [openGrant()]), embedded.chainId)));
const inBlocks = [transactions.slice(0, 3), transactions.slice(3, 5), transactions.slice(5)];

/** The genesis block and three more, made at these times. */
function blocksOf(genesis: Genesis, times: readonly number[] = [NOW + 1, NOW + 2, NOW + 3]): readonly Kept[] {
  const machine = new StateMachine(genesis);
  const kept = ({ header, headerBytes, accepted }: Execution): Kept => ({
    header,
    transactions: accepted.map(({ hash }) => hash),
    seal: genesis.engine === 'embedded' ? signAttestation(headerHash(headerBytes), seedOf('node')) : encodeConsensusSeal(header.height),
  });
  return [kept(unwrap(executeGenesis(genesis))), ...inBlocks.map((block, i) => kept(machine.execute(block, times[i])))];
}

/** Why the first block that does not hold does not. */
function faultIn(genesis: Genesis, blocks: readonly Kept[]): string {
  const history = readHistory(genesis, 0, emptyFrontier);
  for (const { header, transactions: hashes, seal } of blocks) {
    const read = history.block(encodePrunedBlock({ headerBytes: encodeHeader(header), transactions: hashes, seal }));
    if (!read.ok) return `${read.error.code}: ${read.error.message}`;
  }
  return 'all hold';
}

const change = (blocks: readonly Kept[], at: number, how: (block: Kept) => Partial<Kept>): readonly Kept[] =>
  blocks.map((block, place) => (place === at ? { ...block, ...how(block) } : block));

// A seal of CometBFT says nothing about its block: whoever hands out a snapshot can write any headers, so all depends on these checks.
describe('blocks of a network of validators', () => {
  const genesis = consensusGenesis;
  const blocks = blocksOf(genesis);
  const withHeader = (at: number, changes: (header: Header) => Partial<Header>) =>
    change(blocks, at, ({ header }) => ({ header: { ...header, ...changes(header) } }));
  // The same transactions, so that nothing but the name of the block before tells the two apart.
  const fork = blocksOf(genesis, [NOW + 1, NOW + 5, NOW + 6]);

  it('hold as they were made', () => {
    expect(faultIn(genesis, blocks)).toBe('all hold');
    expect(faultIn(genesis, fork)).toBe('all hold');
  });

  it.each<readonly [string, readonly Kept[], string]>([
    [
      'a transaction is another',
      change(blocks, 3, ({ transactions: hashes }) => ({ transactions: [...hashes.slice(1), random(32)] })),
      'its transactions are not the ones',
    ],
    [
      'two transactions are in each other’s place',
      change(blocks, 2, ({ transactions: hashes }) => ({ transactions: hashes.toReversed() })),
      'its transactions are not the ones',
    ],
    [
      'a transaction is left out',
      change(blocks, 3, ({ transactions: hashes }) => ({ transactions: hashes.slice(1) })),
      'its transactions are not the ones',
    ],
    ['the root of its transactions is another', withHeader(3, () => ({ txRoot: random(32) })), 'its transactions are not the ones'],
    ['the root of the log is another', withHeader(3, () => ({ logRoot: random(32) })), 'its transactions are not the ones'],
    ['it counts another number of them', withHeader(3, ({ txCount }) => ({ txCount: txCount + 1 })), 'its transactions are not the ones'],
    ['the log is longer', withHeader(3, ({ logSize }) => ({ logSize: logSize + 1 })), 'its transactions are not the ones'],
    ['a block of a fork goes on with it', [...blocks.slice(0, 3), fork[3]!], 'it does not name the block before it'],
    ['it is older than the block before', withHeader(3, () => ({ time: NOW + 1 })), 'its time is before'],
    ['it is of another ledger', withHeader(3, () => ({ chainId: 'other-ledger' })), 'it is of another ledger'],
    ['the first one names another genesis', withHeader(0, () => ({ previousHash: random(32) })), 'it does not name its genesis'],
    ['its seal is no consensus height', change(blocks, 3, () => ({ seal: random(3) })), 'its seal is not a consensus height'],
  ])('do not when %s', (_, forged, why) => {
    expect(faultIn(genesis, forged)).toMatch(new RegExp(`^engine\\.block-invalid: .*${why}`));
  });
});

describe('blocks of one node', () => {
  const blocks = blocksOf(embedded);

  it('hold as they were made, and under no other signature', () => {
    expect(faultIn(embedded, blocks)).toBe('all hold');
    const hash = headerHash(encodeHeader(blocks[3]!.header));
    for (const seal of [signAttestation(hash, seedOf('clinic')), random(64), blocks[2]!.seal])
      expect(
        faultIn(
          embedded,
          change(blocks, 3, () => ({ seal })),
        ),
        toHex(seal),
      ).toMatch(/the attestation does not verify/);
  });
});

it('the history of a snapshot goes back to the oldest block of which a transaction could come again, and no further', () => {
  for (const height of [MAX_LIFETIME_BLOCKS, MAX_LIFETIME_BLOCKS + 1, 3 * MAX_LIFETIME_BLOCKS]) {
    const first = historyStart(embedded, height);
    const lastUse = (block: number): number => block + MAX_LIFETIME_BLOCKS;
    expect(lastUse(first)).toBeGreaterThanOrEqual(height + 1);
    expect(lastUse(first - 1)).toBeLessThan(height + 1);
  }
  expect(historyStart(embedded, 5)).toBe(0);
});

/**
 * A random history of a ledger from a seed: blocks of signed transactions, single ones and batches, with every operation there is, most of
 * them acceptable, the rest refused for every reason there is.
 */
import { ed25519Sign } from '#ed25519';
import { encodeCbor } from '../../src/base/cbor.ts';
import { signTransaction, signTransactionWith } from '../../src/ledger/transaction/sign.ts';
import { checkTransaction } from '../../src/ledger/transaction/check.ts';
import { MAX_LIFETIME_BLOCKS } from '../../src/ledger/transaction/schema.ts';
import { mutateBytes } from '../fuzz/mutate-bytes.ts';
import { mutateCbor } from '../fuzz/mutate-cbor.ts';
import { randomOf } from '../support/random.ts';
import { frequency, makers } from './makers.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import type { MemoryLedger } from './memory-ledger.ts';
import { World } from './world.ts';

export interface ScenarioBlock {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly transactions: readonly Uint8Array[];
}

interface Played<B> {
  readonly genesis: Genesis;
  /** Of the node that the genesis names as proposer, and as its one validator. */
  readonly proposerSeed: Uint8Array;
  readonly blocks: Iterable<B>;
}

/** With the outcome of each transaction: the code it is refused with, or `accepted`. */
export type Scenario = Played<ScenarioBlock & { readonly outcomes: readonly string[] }>;

/** Whoever takes a block of it brings `ledger` up to what became of its transactions before taking the next: they build on that. */
export interface OpenScenario extends Played<ScenarioBlock> {
  readonly ledger: MemoryLedger;
}

export function openScenario(seed: number, transactions: number): OpenScenario {
  const world = new World(seed, randomOf('scenario', seed));
  const { genesis, ledger } = world;
  return { genesis, ledger, proposerSeed: world.seedOf(genesis.proposer), blocks: blocksOf(world, transactions) };
}

/** Executed by the core, block for block. */
export function scenario(seed: number, transactions: number): Scenario {
  const { ledger, ...open } = openScenario(seed, transactions);
  return { ...open, blocks: withOutcomes(open, ledger) };
}

function* withOutcomes({ genesis, blocks }: Played<ScenarioBlock>, ledger: MemoryLedger) {
  for (const { time, transactions } of blocks) {
    const checked = transactions.map((bytes) => checkTransaction(bytes, genesis.chainId));
    const candidates = checked.flatMap((result) => (result.ok ? [result.value] : []));
    const results = ledger.execute(candidates, time).results.values();
    const outcomes = checked.map((result) => {
      const outcome = result.ok ? results.next().value! : result;
      return outcome.ok ? 'accepted' : outcome.error.code;
    });
    yield { time, transactions, outcomes };
  }
}

function* blocksOf(world: World, count: number): Generator<ScenarioBlock> {
  const { random, ledger } = world;
  const sent: Uint8Array[] = [];
  for (let left = count; left > 0;) {
    const size = Math.min(left, 1 + random.below(random.pick([1, 10, 200, 400])));
    left -= size;
    const time = ledger.state.time + (random.once(50) ? 30_000 : 1 + random.below(1_500));
    const transactions = Array.from({ length: size }, () => spoiled(world, transactionOf(world), sent));
    sent.push(...transactions);
    if (sent.length > 5_000) sent.splice(0, 2_500);
    yield { time, transactions };
  }
}

const names = Object.keys(frequency) as Operation['op'][];
const total = Object.values(frequency).reduce((sum, many) => sum + many, 0);

function nameOf(world: World): Operation['op'] {
  let rest = world.random.below(total);
  return names.find((name) => (rest -= frequency[name]) < 0)!;
}

interface Unsigned {
  readonly sender: Uint8Array;
  readonly operations: readonly Operation[];
}

/** One operation, or a batch of one sender's. */
function transactionOf(world: World): Unsigned {
  const { random } = world;
  const first = makers[nameOf(world)](world);
  const size = random.once(8) ? 2 + random.below(random.pick([3, 40, 150])) : 1;
  const rest = Array.from({ length: size - 1 }, () => makers['grants.open'](world).operation);
  return { sender: first.sender, operations: random.once(2) ? [first.operation, ...rest] : [...rest, first.operation] };
}

/** Signed; one in six is not what an honest member sends. */
function spoiled(world: World, { sender, operations }: Unsigned, sent: readonly Uint8Array[]): Uint8Array {
  const { random, genesis, ledger } = world;
  const next = ledger.state.height + 1;
  const unsigned = { chainId: genesis.chainId, expiryHeight: next + random.below(MAX_LIFETIME_BLOCKS), salt: random.bytes(8), operations };
  const signed = (changes: { chainId?: string; expiryHeight?: number } = {}): Uint8Array =>
    signTransaction({ ...unsigned, ...changes }, world.seedOf(sender));
  if (!random.once(6)) return signed();
  const honest = signed();
  switch (random.below(9)) {
    case 0:
      return sent.length > 0 ? random.pick(sent) : honest;
    case 1:
      return signed({ chainId: 'another-ledger' });
    case 2:
      return signed({ expiryHeight: Math.max(0, next - 1 - random.below(50)) });
    case 3:
      return signed({ expiryHeight: next + MAX_LIFETIME_BLOCKS + 1 + random.below(100) });
    case 4:
      return signTransaction(unsigned, random.bytes(32));
    case 5:
      return mutateBytes(honest, honest, random);
    case 6:
      return mutateCbor(honest, honest, random) ?? honest;
    case 7:
      return signTransactionWith(unsigned, sender, (message) => ed25519Sign(random.bytes(32), message));
    default:
      return encodeCbor([honest.subarray(3, 200), random.bytes(64), [encodeCbor({ op: 'grants.forget' })]]);
  }
}

/**
 * A node without a ledger joins a running CometBFT network whose state has a million keys: the engine's state sync, its light client, and our
 * snapshot over real connections. CARELEDGER_BENCH_KEYS for another number.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unwrap } from '../../src/base/result.ts';
import type { CometLedger } from '../../src/engine/cometbft/comet-ledger.ts';
import { LEDGER_FOLDER } from '../../src/engine/cometbft/folders.ts';
import { nodeIdOf } from '../../src/engine/cometbft/home/keys.ts';
import { openCometLedger } from '../../src/engine/cometbft/open.ts';
import { ed25519PublicKey } from '#ed25519';
import { stateSyncFrom } from '../../test/support/state-sync.ts';
import { printFigure } from '../figure.ts';
import { cometbftProgram, consensusGenesis, nodeSeed, validatorSeed } from './consensus-network.ts';
import { signedTransactions } from './workload.ts';

const KEYS = Number(process.env['CARELEDGER_BENCH_KEYS'] ?? 1_000_000);
const BATCH = 500;
const BATCHES_WAITING = 60;
const SNAPSHOT_EVERY = 8;
const MADE_WITHIN_MS = 120_000;
const [FIRST, SECOND] = [34_120, 34_121];

const program = cometbftProgram();
const genesis = { ...consensusGenesis, validators: consensusGenesis.validators.slice(0, 1) };
const root = mkdtempSync(join(tmpdir(), 'careledger-bench-'));
const directory = join(root, 'first');
const keysOf = (i: number) => ({ validatorSeed: validatorSeed(i), nodeSeed: nodeSeed(i), issuerSeed: nodeSeed(i) });

const openFirst = async (snapshotEvery: number): Promise<CometLedger> =>
  unwrap(
    await openCometLedger({
      directory,
      program,
      genesis,
      ...keysOf(0),
      snapshotEvery,
      settings: { moniker: 'one', listen: `127.0.0.1:${FIRST}`, peers: [], commitTimeoutMs: 20 },
    }),
  );

async function submitAll(ledger: CometLedger, transactions: readonly Uint8Array[]): Promise<void> {
  const rest = transactions.values();
  const send = async (): Promise<void> => {
    for (const transaction of rest) unwrap(await ledger.submit(transaction));
  };
  await Promise.all(Array.from({ length: BATCHES_WAITING }, send));
}

let first = await openFirst(0);
let second: CometLedger | undefined;
try {
  for (let made = 0; made < KEYS; made += BATCH * BATCHES_WAITING)
    await submitAll(first, signedTransactions(Math.min(BATCHES_WAITING, (KEYS - made) / BATCH), BATCH, first.head().height));
  // Now one snapshot, of the whole, and blocks behind it: the engine trusts a snapshot by what later blocks say.
  await first.close();
  first = await openFirst(SNAPSHOT_EVERY);
  const oneMore = async (): Promise<void> => submitAll(first, signedTransactions(1, 1, first.head().height));
  while (first.head().height % SNAPSHOT_EVERY !== 0) await oneMore();
  const snapshot = join(directory, LEDGER_FOLDER, 'snapshots', String(first.head().height));
  for (const until = performance.now() + MADE_WITHIN_MS; !existsSync(snapshot); await sleep(200))
    if (performance.now() > until) throw new Error('there is no snapshot');
  for (let i = 0; i < 3; i++) await oneMore();

  const stateSync = await stateSyncFrom(directory);
  const from = performance.now();
  second = unwrap(
    await openCometLedger({
      directory: join(root, 'second'),
      program,
      genesis,
      ...keysOf(1),
      note: (line) => process.stderr.write(`${((performance.now() - from) / 1_000).toFixed(1)} s: ${line}\n`),
      settings: {
        moniker: 'two',
        listen: `127.0.0.1:${SECOND}`,
        peers: [`${nodeIdOf(ed25519PublicKey(nodeSeed(0)))}@127.0.0.1:${FIRST}`],
        commitTimeoutMs: 20,
        stateSync,
      },
    }),
  );
  if (!(await second.current(AbortSignal.timeout(300_000)))) throw new Error('who joined does not catch up');
  const seconds = (performance.now() - from) / 1_000;
  const { height, stateRoot } = second.head();
  const same = Buffer.compare(stateRoot, (await first.block(height))!.stateRoot) === 0;
  if (!same) throw new Error('who joined has another state');
  printFigure({ name: `joining a network with ${KEYS / 1_000_000} M keys by its state sync, to the node that is current`, unit: 's', ours: seconds });
} finally {
  await second?.close();
  await first.close();
  rmSync(root, { recursive: true, force: true });
}

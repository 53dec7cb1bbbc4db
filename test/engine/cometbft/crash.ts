/** Applications killed at every boundary of every call, by SIGKILL; the engine's part is played by the driver, which replays. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { openLedgerDisk } from '../../../src/engine/disk/open.ts';
import { verifyBlocks } from '../../../src/engine/disk/verify-blocks.ts';
import { transactionHash } from '../../../src/ledger/transaction/transaction.ts';
import { AbciDriver, type Boundary } from '../../support/abci-driver/driver.ts';
import { driverOptions, newConsensusLedger } from '../../support/abci-driver/ledger.ts';
import { openGrant, random, temporaryFolder, transactionOf } from '../../support/ledger.ts';

const methods = ['info', 'initChain', 'checkTx', 'prepareProposal', 'processProposal', 'finalizeBlock', 'commit'] as const;
const moments = ['before', 'during', 'after'] as const;
const boundaries = methods.flatMap((method) => moments.map((when) => ({ method, when })));
/** Only an application without blocks gets the genesis. */
const later = boundaries.filter(({ method }) => method !== 'initChain');

class Killed extends Error {}

export async function killApplications(kills: number): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, 'ledger');
  await newConsensusLedger(directory);
  const acknowledged = new Set<string>();
  const killedAt = new Map<string, number>();
  let application: ChildProcess | undefined;
  let target: { readonly method: string; readonly when: string; skip: number } | undefined;

  const atBoundary = async ({ method, when }: Boundary): Promise<void> => {
    if (!target || target.method !== method || target.when !== when || target.skip-- > 0) return;
    // Some way into the work, when the request is there already.
    if (when === 'during') await sleep(Math.random() * 4);
    const name = `${method} ${when}`;
    killedAt.set(name, (killedAt.get(name) ?? 0) + 1);
    throw new Killed();
  };
  const driver = new AbciDriver({ ...driverOptions(join(directory, 'abci.sock')), atBoundary });

  async function kill(): Promise<void> {
    driver.stop();
    if (!application) return;
    const exited = application.exitCode === null && application.signalCode === null ? once(application, 'exit') : undefined;
    application.kill('SIGKILL');
    await exited;
    application = undefined;
  }

  /** A block with a good transaction, one that is refused, and one that is none; then what the engine does until it rests. */
  async function oneBlock(): Promise<void> {
    const operations = Array.from({ length: 1 + Math.floor(Math.random() * 8) }, () => openGrant());
    await driver.checkTx(transactionOf('hospital', operations, { expiryHeight: 5_000 }));
    await driver.checkTx(transactionOf('clinic', [openGrant()], { expiryHeight: 5_000 }));
    driver.mempool.push(transactionOf('stranger', [openGrant()], { expiryHeight: 5_000 }), random(20));
    await driver.block();
    for (const tx of driver.blocks.at(-1)!.transactions.slice(0, 2)) acknowledged.add(toHex(transactionHash(tx)));
  }

  let replayed = 0;
  try {
    for (let killed = 0; killed < kills;) {
      application = await startApplication(directory, acknowledged);
      const { method, when } = killed < 6 ? boundaries[killed]! : later[killed % later.length]!;
      target = { method, when, skip: method === 'info' || method === 'initChain' ? 0 : Math.floor(Math.random() * 3) };
      try {
        replayed += await driver.start();
        for (let block = 0; block < 3; block++) await oneBlock();
      } catch (cause) {
        if (!(cause instanceof Killed)) throw cause;
        killed++;
      }
      await kill();
    }
    target = undefined;
    application = await startApplication(directory, acknowledged);
    await driver.start();
    // What CheckTx would not have let in never leaves a mempool.
    driver.mempool.length = 0;
    await driver.settle();
  } finally {
    await kill();
  }

  const disk = unwrap(await openLedgerDisk({ directory }));
  for (const hash of acknowledged) expect(await disk.transaction(fromHex(hash)), `transaction ${hash}`).toBeDefined();
  const { logSize } = disk.head();
  await disk.close();
  expect(await verifyBlocks({ directory })).toMatchObject({ holds: true, findings: [] });
  expect(logSize).toBeGreaterThanOrEqual(acknowledged.size);
  expect(acknowledged.size).toBeGreaterThan(kills / 2);
  expect([...killedAt.keys()].toSorted()).toEqual(boundaries.map(({ method, when }) => `${method} ${when}`).toSorted());
  console.log(
    `${kills} kills at ${killedAt.size} boundaries: ${acknowledged.size} acknowledged transactions, all there; ${replayed} blocks replayed to the same hashes`,
  );
}

async function startApplication(directory: string, acknowledged: Set<string>): Promise<ChildProcess> {
  const program = new URL('../../support/abci-driver/application-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  let rest = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the application ended by itself')));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (line === 'ready') resolve();
        else acknowledged.add(line);
      }
    });
  });
  await ready;
  return child;
}

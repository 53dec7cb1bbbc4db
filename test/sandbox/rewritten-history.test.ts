/**
 * Whoever runs the ledger has the key that signs its blocks, and writes its history anew: everything verifies by itself. The witnesses
 * have seen the other one, and say so; as soon as the new one is signed for, they have the proof that names the key.
 */
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { WitnessesView } from '../../src/contract/witnesses.ts';
import { unwrap } from '../../src/base/result.ts';
import { createGenesis } from '../../src/engine/embedded/create-genesis.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import { decodeSplitView, verifySplitView } from '../../src/ledger/checkpoint/split-view.ts';
import { verifierKey } from '../../src/ledger/checkpoint/note-key.ts';
import { signTransaction } from '../../src/ledger/transaction/sign.ts';
import { checkpointDirectory, logKeyOf } from '../../src/sandbox/checkpoints.ts';
import type { OfflineReport } from '../../src/sandbox/offline.ts';
import { existingKeys } from '../../src/sandbox/keys.ts';
import { ledgerDirectory } from '../../src/sandbox/ledger.ts';
import { openGrant } from '../support/ledger.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const witnesses = async (sandbox: TestSandbox): Promise<WitnessesView> =>
  (await (await fetch(`${sandbox.hub}/explorer/api/witnesses`)).json()) as WitnessesView;

async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const grantBy = (seed: Uint8Array, chainId: string, height: number): Uint8Array =>
  signTransaction(
    {
      chainId,
      expiryHeight: height + 100,
      salt: new Uint8Array(randomBytes(8)),
      operations: [openGrant({ expiryDay: Math.floor(Date.now() / 86_400_000) + 30 })],
    },
    seed,
  );

/** Something between the anchors that can be exchanged without anybody's log noticing: a share. Its place in the log. */
async function addGrant(dataDirectory: string): Promise<number> {
  const nodeSeed = unwrap(await existingKeys(dataDirectory, 'network')).ledgerSeed;
  const ledger = unwrap(await openEmbeddedLedger({ directory: ledgerDirectory(dataDirectory), nodeSeed }));
  const { ledgerSeed } = unwrap(await existingKeys(dataDirectory, 'city-hospital'));
  const { logIndex } = unwrap(await ledger.submit(grantBy(ledgerSeed, ledger.chainId, ledger.head().height)));
  await ledger.close();
  return logIndex;
}

/** The same blocks at the same times from the same genesis, with the node's key, but for another share in the place of that one. */
async function rewrite(dataDirectory: string, place: number): Promise<void> {
  const directory = ledgerDirectory(dataDirectory);
  const nodeSeed = unwrap(await existingKeys(dataDirectory, 'network')).ledgerSeed;
  const insider = unwrap(await existingKeys(dataDirectory, 'city-hospital'));
  const before = unwrap(await openEmbeddedLedger({ directory, nodeSeed }));
  const { genesis } = before;
  const blocks = [];
  for (let height = 1; height <= before.head().height; height++) blocks.push((await before.block(height))!);
  await before.close();
  renameSync(directory, `${directory}.before`);

  unwrap(await createGenesis(directory, genesis, nodeSeed));
  let time = genesis.time;
  const after = unwrap(await openEmbeddedLedger({ directory, nodeSeed, now: () => time }));
  for (const block of blocks) {
    ({ time } = block);
    const first = block.logSize - block.transactions.length;
    const chosen = block.transactions.map((bytes, at) => (first + at === place ? grantBy(insider.ledgerSeed, genesis.chainId, block.height) : bytes));
    for (const settled of await Promise.all(chosen.map((bytes) => after.submit(bytes)))) unwrap(settled);
  }
  await after.close();
  rmSync(`${directory}.before`, { recursive: true });
}

test('a history written anew with the node’s own key: everything else verifies, the witnesses catch it', async () => {
  await using first = await startSandbox({ people: 0, anchorIntervalMs: 200 });
  const { dataDirectory, port } = first;
  await first.stop();
  const place = await addGrant(dataDirectory);
  const verify = async (): Promise<OfflineReport & { readonly holds: boolean }> => {
    const { stdout } = await first.cli('verify', '--all', '--json');
    return JSON.parse(stdout) as OfflineReport & { readonly holds: boolean };
  };
  const runUntilSeen = async (): Promise<OfflineReport & { readonly holds: boolean }> => {
    await using sandbox = await startSandbox({ dataDirectory, port, people: 0, anchorIntervalMs: 200 });
    await until(
      () => witnesses(sandbox),
      ({ newestSeen, parties }) => (newestSeen?.size ?? 0) > place + 5 && parties === 5,
    );
    await sandbox.stop();
    return verify();
  };
  let honest = await runUntilSeen();
  // From a size that is a power of two, a path to a larger one does not tell the root that it began with: a witness could not prove what it sees.
  while (honest.witnessed.seenBy.some(({ size }) => Number.isInteger(Math.log2(size)))) honest = await runUntilSeen();

  expect(honest).toMatchObject({ holds: true, witnessed: { holds: true, findings: [] } });
  expect(honest.witnessed.seenBy).toHaveLength(5);

  await rewrite(dataDirectory, place);
  const rewritten = await verify();
  expect(rewritten.holds).toBe(false);
  expect(rewritten.ledger).toMatchObject({ holds: true, findings: [] });
  expect(rewritten.organisations.flatMap(({ findings }) => findings)).toEqual([]);
  expect(rewritten.witnessed.holds).toBe(false);
  // What was seen before the exchanged place is still there; nothing after it is.
  expect(Math.max(0, ...rewritten.witnessed.seenBy.map(({ size }) => size))).toBeLessThanOrEqual(place);
  const codes = new Set(rewritten.witnessed.findings.map(({ code }) => code));
  expect(codes).toEqual(new Set(['verify.history-differs']));

  // With its own checkpoints gone too, the log signs for the new history, and by that for both.
  rmSync(checkpointDirectory(dataDirectory), { recursive: true });
  await using again = await startSandbox({ dataDirectory, port, people: 0, anchorIntervalMs: 200 });
  const refused = await until(
    () => witnesses(again),
    // At first one may not answer yet.
    (view) => view.witnesses.every(({ problem }) => problem?.code === 'witness.inconsistent'),
  );
  expect(refused.parties).toBe(0);

  const { chainId } = (await (await fetch(`${again.hub}/.well-known/careledger`)).json()) as { chainId: string };
  const nodeKey = unwrap(await existingKeys(dataDirectory, 'network')).ledgerPublicKey;
  const view = await until(
    async () => (await (await fetch(`${again.url('st-marys')}/explorer/api/witnesses`)).json()) as WitnessesView,
    ({ disputes }) =>
      disputes.some(({ proof }) => proof !== null) && ['own-witness', 'offered'].every((kind) => disputes.some((one) => one.kind === kind)),
  );
  const proof = new Uint8Array(
    await (await fetch(`${again.url('st-marys')}${view.disputes.find((one) => one.proof !== null)!.proof}`)).arrayBuffer(),
  );
  const report = verifySplitView(unwrap(decodeSplitView(proof)));
  expect(report.verdict).toBe('held');
  expect(verifierKey(report.facts.key)).toBe(verifierKey(logKeyOf(chainId, nodeKey)));

  await again.stop();
  const findings = (await verify()).witnessed.findings;
  // One from each of the five, however often they were asked.
  expect(findings.filter(({ code }) => code === 'verify.split-view')).toHaveLength(5);
  expect(findings.find(({ code }) => code === 'verify.split-view')!.message).toContain(verifierKey(logKeyOf(chainId, nodeKey)));
});

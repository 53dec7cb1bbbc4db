/** A ledger that prunes itself while it goes on. */
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import type { EmbeddedOptions } from '../../src/engine/embedded/options.ts';
import { openLedgerDisk } from '../../src/engine/disk/open.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { grantStateKey } from '../../src/ledger/grants/state.ts';
import { verifyLedgerReceipt } from '../../src/ledger/verify/ledger.ts';
import { genesis, newLedger, NOW, openGrant, openLedger, temporaryFolder, transactionOf } from '../support/ledger.ts';

const trust = { chainId: genesis.chainId, nodeKey: genesis.proposer };
const options: Partial<EmbeddedOptions> = { retain: { blocks: 20 }, pruneAtLeast: 10 };

interface Sent {
  readonly hash: Uint8Array;
  readonly logIndex: number;
  readonly id: Uint8Array;
}

async function send(ledger: EmbeddedLedger, count: number): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  for (let i = 0; i < count; i++) {
    const grant = openGrant();
    const { hash, logIndex } = unwrap(await ledger.submit(transactionOf('hospital', [grant, openGrant()], { expiryHeight: 5_000 })));
    sent.push({ hash, logIndex, id: grant.id });
  }
  return sent;
}

const prunedUpTo = async (ledger: EmbeddedLedger): Promise<number> => (await ledger.engine()).retention.prunedUpTo ?? -1;

/** Goes on making blocks until so much is pruned. */
async function pruned(ledger: EmbeddedLedger, least: number, sent: Sent[]): Promise<void> {
  for (let i = 0; i < 200 && (await prunedUpTo(ledger)) < least; i++) {
    sent.push(...(await send(ledger, 1)));
    await sleep(10);
  }
  expect(await prunedUpTo(ledger)).toBeGreaterThanOrEqual(least);
}

async function expectWhole(ledger: EmbeddedLedger, sent: readonly Sent[]): Promise<void> {
  for (const { hash, logIndex, id } of sent) {
    expect(verifyLedgerReceipt(await ledger.receipt(logIndex), hash, trust).verdict).toBe('held');
    expect(await ledger.get(grantStateKey(id))).toBeDefined();
  }
}

describe('a ledger with a limit for old transactions', () => {
  it('takes them away beside its blocks, again and again; receipts go on, and everything on the disk holds', { timeout: 60_000 }, async () => {
    using folder = temporaryFolder();
    const ledger = await newLedger(folder.path, options);
    const seen: number[] = [];
    const stop = new AbortController();
    const following = (async () => {
      for await (const { height } of ledger.blocks(stop.signal)) seen.push(height);
    })();
    const sent: Sent[] = [...(await send(ledger, 40))];
    const oldest = Buffer.from((await ledger.transactionAt(sent[25]!.logIndex))!.bytes);
    await pruned(ledger, 15, sent);
    const before = await prunedUpTo(ledger);
    await expectWhole(ledger, sent);
    await pruned(ledger, before + 30, sent);
    const upTo = await prunedUpTo(ledger);
    expect(ledger.head().height - upTo).toBeGreaterThanOrEqual(20);
    expect(readFileSync(join(folder.path, 'blocks.clg')).includes(oldest)).toBe(false);
    await expect(ledger.transactionAt(sent[5]!.logIndex)).rejects.toMatchObject({ code: 'engine.block-pruned' });
    expect((await ledger.transactionAt(sent.at(-20)!.logIndex))!.hash).toEqual(sent.at(-20)!.hash);
    await expectWhole(ledger, sent);
    await ledger.flush();
    expect(await verifyBlocks({ directory: folder.path })).toMatchObject({ holds: true, findings: [], unchecked: [], transactions: sent.length });
    const head = ledger.head();
    stop.abort();
    await following;
    expect(seen).toEqual(Array.from({ length: head.height }, (_, i) => i + 1));
    await ledger.close();
    expect(existsSync(join(folder.path, 'pruning'))).toBe(false);
    for (const rebuildIndex of [false, true]) {
      const again = await openLedger(folder.path, { ...options, rebuildIndex });
      expect(again.head()).toEqual(head);
      expect(again.recovery).toMatchObject({ tornBytes: 0, ...(rebuildIndex ? {} : { replayedBlocks: 0, indexRebuilt: undefined }) });
      await expectWhole(again, sent);
      sent.push(...(await send(again, 2)));
      Object.assign(head, again.head());
      await again.close();
      expect(await verifyBlocks({ directory: folder.path })).toMatchObject({ holds: true, findings: [], unchecked: [] });
    }
  });

  it('keeps notes and attestations', async () => {
    using folder = temporaryFolder();
    await (await newLedger(folder.path)).close();
    const ledger = await openLedger(folder.path, options);
    const sent = [...(await send(ledger, 10))];
    await ledger.close();
    const disk = unwrap(await openLedgerDisk({ directory: folder.path }));
    disk.note('kept', Uint8Array.of(7));
    await disk.attest(3, Uint8Array.of(1, 2, 3));
    await disk.close();
    const again = await openLedger(folder.path, options);
    await pruned(again, 15, sent);
    await again.close();
    const after = unwrap(await openLedgerDisk({ directory: folder.path }));
    expect(after.noted('kept')).toEqual(Uint8Array.of(7));
    expect(await after.attestation(3)).toEqual(Uint8Array.of(1, 2, 3));
    await after.close();
  });

  it('keeps what an open proposal is in, what somebody above still needs, and what is young enough', { timeout: 60_000 }, async () => {
    using folder = temporaryFolder();
    const clock = { now: NOW };
    const ledger = await newLedger(folder.path, { retain: { blocks: 5, days: 1 }, pruneAtLeast: 4, now: () => clock.now });
    let needed = 12;
    ledger.keepFrom(async () => needed);
    const sent = [...(await send(ledger, 15))];
    clock.now += 3_600_000 * 23;
    const settle = async (): Promise<number> => {
      for (let i = 0; i < 12; i++) {
        sent.push(...(await send(ledger, 1)));
        await sleep(20);
      }
      return prunedUpTo(ledger);
    };
    expect(await settle()).toBe(-1);
    clock.now += 3_600_000 * 2;
    expect(await settle()).toBe(11);
    const action = { op: 'membership.suspend', org: 'clinic' } as const;
    const { height } = unwrap(await ledger.submit(transactionOf('hospital', [{ op: 'governance.propose', action }], { expiryHeight: 5_000 })));
    needed = 10_000;
    // Two days of the week that it is open.
    clock.now += 86_400_000 * 2;
    await settle();
    await settle();
    const upTo = await prunedUpTo(ledger);
    expect(upTo).toBeGreaterThan(11);
    expect(upTo).toBeLessThan(height);
    // Its voting period is over, and nobody's transaction has noted it.
    clock.now += 86_400_000 * 9;
    await settle();
    clock.now += 86_400_000 * 2;
    await settle();
    await settle();
    const later = await prunedUpTo(ledger);
    expect(later).toBeGreaterThan(height);
    ledger.keepFrom(() => Promise.reject(new Error('the database is away')));
    clock.now += 86_400_000 * 2;
    await settle();
    await settle();
    expect(await prunedUpTo(ledger)).toBe(later);
    expect((await ledger.engine()).retention.problem).toContain('the database is away');
    await ledger.close();
  });

  it('leaves a file that would become larger, and says so', { timeout: 120_000 }, async () => {
    using folder = temporaryFolder();
    const without = await newLedger(folder.path);
    const many = () => Array.from({ length: 500 }, () => openGrant());
    for (let block = 0; block < 160; block++) unwrap(await without.submit(transactionOf('hospital', many())));
    await without.close();
    const ledger = await openLedger(folder.path, options);
    const problem = async (): Promise<string | undefined> => (await ledger.engine()).retention.problem;
    for (let i = 0; i < 300 && (await problem()) === undefined; i++) {
      await send(ledger, 1);
      await sleep(20);
    }
    expect(await problem()).toContain('more room than their transactions');
    await send(ledger, 40);
    expect(await problem()).toContain('more room than their transactions');
    expect(await prunedUpTo(ledger)).toBe(-1);
    expect(existsSync(join(folder.path, 'pruning'))).toBe(false);
    await ledger.close();
  });

  it('does not by default', async () => {
    using folder = temporaryFolder();
    const ledger = await newLedger(folder.path, { pruneAtLeast: 1 });
    await send(ledger, 80);
    expect((await ledger.engine()).retention).toEqual({ retain: undefined, prunedUpTo: undefined, problem: undefined });
    await ledger.close();
  });

  it('opens whatever moment it was stopped at', { timeout: 60_000 }, async () => {
    using folder = temporaryFolder();
    using aside = temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    const ledger = await newLedger(folder.path);
    const sent = [...(await send(ledger, 60))];
    await ledger.close();
    cpSync(folder.path, aside.path, { recursive: true });
    const limited = await openLedger(folder.path, options);
    await pruned(limited, 20, sent);
    const head = limited.head();
    await limited.close();
    const opens = async (): Promise<void> => {
      const again = await openLedger(folder.path);
      expect(again.head().height).toBeGreaterThanOrEqual(60);
      await expectWhole(again, sent.slice(0, 60));
      await again.close();
      expect((await verifyBlocks({ directory: folder.path })).findings).toEqual([]);
    };
    // The new block file has its place, the new index not yet.
    renameSync(at('index'), at('pruning'));
    await opens();
    expect(existsSync(at('pruning'))).toBe(false);
    expect((await openHead(folder.path)).height).toBe(head.height);
    // The old index is gone, the new block file has not its place yet.
    rmSync(at('index'), { recursive: true });
    cpSync(join(aside.path, 'blocks.clg'), at('blocks.clg'));
    cpSync(join(aside.path, 'index'), at('pruning'), { recursive: true });
    await opens();
  });
});

async function openHead(directory: string) {
  const disk = unwrap(await openLedgerDisk({ directory }));
  const head = disk.head();
  await disk.close();
  return head;
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { createGenesis } from '../../src/engine/embedded/create-genesis.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { grantStateKey } from '../../src/ledger/grants/state.ts';
import { memberListStateKey } from '../../src/ledger/membership/state.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { signClose } from '../../src/ledger/grants/close.ts';
import { genesis, newLedger, NOW, openGrant, openLedger, random, seedOf, temporaryFolder, TODAY, transactionOf } from '../support/ledger.ts';
import { ledgerClientConformance } from './conformance.ts';

/** The head with hashes in hexadecimal. */
const plainHead = (ledger: EmbeddedLedger) =>
  Object.fromEntries(Object.entries(ledger.head()).map(([name, value]) => [name, value instanceof Uint8Array ? toHex(value) : (value as unknown)]));

describe('embedded engine', () => {
  ledgerClientConformance(() => {
    const folder = temporaryFolder();
    let ledger: EmbeddedLedger;
    return {
      open: async () => (ledger = await newLedger(folder.path)),
      async close() {
        await ledger.close();
        folder[Symbol.dispose]();
      },
      today: TODAY,
      proposer: genesis.proposer,
      trust: { chainId: genesis.chainId, nodeKey: genesis.proposer },
      otherTrust: { chainId: genesis.chainId, nodeKey: random(32) },
    };
  });

  it('makes no empty blocks, and one block of what arrives together', async () => {
    using folder = temporaryFolder();
    const ledger = await newLedger(folder.path, { lingerMs: 20 });
    await Promise.all(Array.from({ length: 50 }, () => ledger.submit(transactionOf('hospital', [openGrant()]))));
    expect(ledger.head().height).toBe(1);
    await ledger.submit(transactionOf('stranger', [openGrant()]));
    expect(ledger.head().height).toBe(1);
    await ledger.close();
  });

  it('keeps to the limits of a block and of what may wait', async () => {
    using folder = temporaryFolder();
    const ledger = await newLedger(folder.path, {
      lingerMs: 20,
      block: { transactions: 10, operations: 1_000, bytes: 1_000_000 },
      mempool: { transactions: 35, bytes: 1_000_000 },
    });
    const results = await Promise.all(Array.from({ length: 50 }, () => ledger.submit(transactionOf('hospital', [openGrant()]))));
    expect(results.filter((result) => result.ok)).toHaveLength(35);
    for (const result of results.slice(35)) expect(result).toMatchObject({ ok: false, error: { code: 'engine.busy' } });
    expect(ledger.head().height).toBe(4);
    expect((await ledger.submit(transactionOf('hospital', [openGrant()]))).ok).toBe(true);
    await ledger.close();
  });

  it('goes on after a restart where it was', async () => {
    using folder = temporaryFolder();
    let ledger = await newLedger(folder.path);
    const once = transactionOf('hospital', [openGrant()]);
    await ledger.submit(once);
    const before = plainHead(ledger);
    await ledger.close();
    ledger = await openLedger(folder.path);
    expect(plainHead(ledger)).toEqual(before);
    expect(ledger.recovery).toEqual({ tornBytes: 0, replayedBlocks: 0, indexRebuilt: undefined });
    expect(await ledger.submit(once)).toMatchObject({ ok: false, error: { code: 'ledger.replayed' } });
    expect((await ledger.submit(transactionOf('hospital', [openGrant()]))).ok).toBe(true);
    await ledger.close();
    expect(await ledger.submit(transactionOf('hospital', [openGrant()]))).toMatchObject({ ok: false, error: { code: 'engine.closed' } });
  });

  it('never lets time run backwards', async () => {
    using folder = temporaryFolder();
    let now = NOW + 1_000;
    const ledger = await newLedger(folder.path, { now: () => now });
    await ledger.submit(transactionOf('hospital', [openGrant()]));
    now = NOW - 1_000;
    await ledger.submit(transactionOf('hospital', [openGrant()]));
    expect((await ledger.block(2))!.time).toBe(NOW + 1_000);
    await ledger.close();
  });

  it('forgets old states, never blocks or transactions', async () => {
    using folder = temporaryFolder();
    const ledger = await newLedger(folder.path, { retainHeights: 5 });
    const grants = Array.from({ length: 12 }, () => openGrant());
    for (const grant of grants) await ledger.submit(transactionOf('hospital', [grant]));
    for (const grant of grants) expect(await ledger.get(grantStateKey(grant.id))).toBeDefined();
    expect(await ledger.get(grantStateKey(grants[0]!.id), 8)).toBeDefined();
    await expect(ledger.get(grantStateKey(grants[0]!.id), 3)).rejects.toMatchObject({ code: 'engine.height-pruned' });
    expect(await ledger.block(1)).toBeDefined();
    await ledger.close();
    expect(await verifyBlocks({ directory: folder.path })).toMatchObject({ holds: true, blocks: 13 });
  });

  it('is created once, with the key that its genesis names', async () => {
    using folder = temporaryFolder();
    expect(await createGenesis(folder.path, genesis, seedOf('other'))).toMatchObject({ ok: false, error: { code: 'engine.wrong-key' } });
    expect(await openEmbeddedLedger({ directory: folder.path, nodeSeed: seedOf('node') })).toMatchObject({
      ok: false,
      error: { code: 'engine.no-ledger' },
    });
    const twice = { ...genesis, members: [...genesis.members, genesis.members[0]!] };
    expect(await createGenesis(folder.path, twice, seedOf('node'))).toMatchObject({ ok: false, error: { code: 'ledger.member-exists' } });
    const ledger = await newLedger(folder.path);
    expect(await createGenesis(folder.path, genesis, seedOf('node'))).toMatchObject({ ok: false, error: { code: 'engine.ledger-exists' } });
    await ledger.close();
    expect(await openEmbeddedLedger({ directory: folder.path, nodeSeed: seedOf('other') })).toMatchObject({
      ok: false,
      error: { code: 'engine.wrong-key' },
    });
    expect(existsSync(join(folder.path, 'lock'))).toBe(false);
  });

  it('lets readers see a consistent ledger while it is written', async () => {
    using folder = temporaryFolder();
    const ledger = await newLedger(folder.path);
    let writing = true;
    const writer = (async () => {
      while (writing) await ledger.submit(transactionOf('hospital', [openGrant()], { expiryHeight: ledger.head().height + 100 }));
    })();
    for (let i = 0; i < 4; i++) expect((await verifyBlocks({ directory: folder.path })).findings).toEqual([]);
    writing = false;
    await writer;
    expect(await ledger.get(memberListStateKey)).toBeDefined();
    await ledger.close();
  });

  it('gives the same roots for 20,000 random transactions: made, executed again, and with a new index', { timeout: 120_000 }, async () => {
    using folder = temporaryFolder();
    let ledger = await newLedger(folder.path);
    const open: Uint8Array[] = [];
    let accepted = 0;
    for (let round = 0; round < 20; round++) {
      const batch = Array.from({ length: 1_000 }, (_, i) => {
        const operations: Operation[] = [];
        if (i % 10 === 0 && open.length > 0)
          operations.push(signClose(genesis.chainId, open[Math.floor(Math.random() * open.length)]!, seedOf('control')));
        else {
          const grant = openGrant();
          open.push(grant.id);
          operations.push(grant);
        }
        return transactionOf(i % 7 === 0 ? 'stranger' : i % 2 === 0 ? 'hospital' : 'clinic', operations, {
          expiryHeight: ledger.head().height + (i % 50),
        });
      });
      for (const result of await Promise.all(batch.map((bytes) => ledger.submit(bytes)))) if (result.ok) accepted++;
    }
    const head = plainHead(ledger);
    expect(head.logSize).toBe(accepted);
    await ledger.close();

    const report = await verifyBlocks({ directory: folder.path });
    expect(report).toMatchObject({ holds: true, transactions: accepted, findings: [], unchecked: [] });
    expect(toHex(report.head!.stateRoot)).toBe(head.stateRoot);
    ledger = await openLedger(folder.path, { rebuildIndex: true });
    expect(plainHead(ledger)).toEqual(head);
    await ledger.close();
    expect(readFileSync(join(folder.path, 'blocks.clg')).length).toBeGreaterThan(accepted * 200);
    expect(await verifyBlocks({ directory: folder.path })).toMatchObject({ holds: true, unchecked: [] });
  });

  it('compares the genesis with the one that is trusted', async () => {
    using folder = temporaryFolder();
    await (await newLedger(folder.path)).close();
    const trust = { chainId: genesis.chainId, proposer: genesis.proposer };
    expect((await verifyBlocks({ directory: folder.path, trust })).holds).toBe(true);
    expect((await verifyBlocks({ directory: folder.path, trust: { ...trust, proposer: random(32) } })).holds).toBe(false);
  });
});

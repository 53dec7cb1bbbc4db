import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { sha256 } from '#sha256';
import { openLedgerDisk } from '../../src/engine/disk/open.ts';
import { receiveSnapshot } from '../../src/engine/disk/snapshots/receive-snapshot.ts';
import {
  decodeHistoryChunk,
  decodeManifest,
  decodeStateChunk,
  encodeHistoryChunk,
  encodeManifest,
  encodeStateChunk,
} from '../../src/engine/disk/snapshots/snapshot-format.ts';
import type { SnapshotReceiver } from '../../src/engine/disk/snapshots/snapshot.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { grantStateKey } from '../../src/ledger/grants/state.ts';
import { genesis, newLedger, openGrant, openLedger, temporaryFolder, transactionOf } from '../support/ledger.ts';

const grants = Array.from({ length: 3_000 }, () => openGrant());

/** A ledger with 31 blocks and a snapshot of it after the 30th. */
async function ledgerWithSnapshot(directory: string) {
  const ledger = await newLedger(directory);
  for (let i = 0; i < 30; i++)
    unwrap(await ledger.submit(transactionOf(i % 2 === 0 ? 'hospital' : 'clinic', grants.slice(i * 100, i * 100 + 100), { expiryHeight: 9_000 })));
  await ledger.close();
  const disk = unwrap(await openLedgerDisk({ directory }));
  const snapshot = unwrap(await disk.takeSnapshot());
  const chunks = await Promise.all(Array.from({ length: snapshot.chunks }, async (_, index) => (await disk.snapshotChunk(snapshot.height, index))!));
  const head = disk.head();
  await disk.close();
  return { snapshot, chunks, head };
}

async function receive(directory: string, manifest: Uint8Array, chunks: readonly Uint8Array[]): Promise<SnapshotReceiver> {
  const receiver = unwrap(await receiveSnapshot({ directory, genesis, manifest }));
  for (const index of receiver.missing().toReversed()) unwrap(await receiver.add(index, chunks[index]!));
  return receiver;
}

describe('snapshots', () => {
  it('make a ledger elsewhere that goes on with the same roots and refuses what was there already', async () => {
    using from = temporaryFolder();
    using to = temporaryFolder();
    const { snapshot, chunks, head } = await ledgerWithSnapshot(from.path);
    expect(snapshot).toMatchObject({ height: 30, chunks: chunks.length });
    expect(chunks.length).toBeGreaterThan(2);
    const receiver = await receive(to.path, snapshot.manifest, chunks);
    expect(toHex(receiver.blockHash)).toBe(toHex(head.blockHash));
    expect(unwrap(await receiver.finish())).toMatchObject({ height: 30, logSize: 30 });
    // Never over one that is there.
    const again = await receiveSnapshot({ directory: to.path, genesis, manifest: snapshot.manifest });
    expect(again).toMatchObject({ ok: false, error: { code: 'engine.ledger-exists' } });

    const [one, other] = [await openLedger(from.path), await openLedger(to.path)];
    expect(other.head()).toEqual(one.head());
    expect(await other.get(grantStateKey(grants[2_999]!.id))).toEqual(await one.get(grantStateKey(grants[2_999]!.id)));
    await expect(other.get(grantStateKey(grants[0]!.id), 29)).rejects.toMatchObject({ code: 'engine.height-pruned' });
    expect(await other.block(29)).toMatchObject({ pruned: true, hash: (await one.block(29))!.hash, transactions: [] });
    expect(await other.receipt(7)).toEqual(await one.receipt(7));
    const old = (await one.transactionAt(7))!.bytes;
    expect(await other.submit(old)).toMatchObject({ ok: false, error: { code: 'ledger.replayed' } });

    const next = transactionOf('hospital', [openGrant()], { expiryHeight: 9_000 });
    for (const ledger of [one, other]) unwrap(await ledger.submit(next));
    expect(other.head()).toEqual(one.head());
    for (const ledger of [one, other]) await ledger.close();
    expect(await verifyBlocks({ directory: to.path })).toMatchObject({ holds: true, findings: [], unchecked: [] });
    // And again without the index.
    const rebuilt = await openLedger(to.path, { rebuildIndex: true });
    expect(rebuilt.head().height).toBe(31);
    await rebuilt.close();
  });

  it('are refused chunk by chunk when one is not the one of the manifest', async () => {
    using from = temporaryFolder();
    using to = temporaryFolder();
    const { snapshot, chunks, head } = await ledgerWithSnapshot(from.path);
    const receiver = unwrap(await receiveSnapshot({ directory: to.path, genesis, manifest: snapshot.manifest }));
    for (const [index, chunk] of chunks.entries()) {
      for (const at of [0, chunk.length >> 1, chunk.length - 1]) {
        const bad = Uint8Array.from(chunk);
        bad[at]! ^= 1;
        expect(await receiver.add(index, bad)).toMatchObject({ ok: false, error: { code: 'engine.snapshot-corrupted', data: { chunk: index } } });
      }
      expect((await receiver.add(index, chunk.subarray(1))).ok).toBe(false);
      expect((await receiver.add(index, chunks[(index + 1) % chunks.length]!)).ok).toBe(false);
      expect(receiver.missing()).toContain(index);
      expect(await receiver.finish()).toMatchObject({ ok: false, error: { code: 'engine.snapshot-incomplete' } });
      unwrap(await receiver.add(index, chunk));
    }
    expect((await receiver.add(chunks.length, chunks[0]!)).ok).toBe(false);
    expect(existsSync(join(to.path, 'blocks.clg'))).toBe(false);
    expect(unwrap(await receiver.finish()).height).toBe(head.height);
  });

  it('whose parts are whole but don’t lead to their header leave nothing', async () => {
    using from = temporaryFolder();
    const { snapshot, chunks } = await ledgerWithSnapshot(from.path);
    const manifest = unwrap(decodeManifest(snapshot.manifest, genesis));
    const state = chunks.slice(manifest.history);
    const leaves = state.flatMap((chunk) => unwrap(decodeStateChunk(chunk)));
    const history = unwrap(decodeHistoryChunk(chunks[0]!));
    const forged: Readonly<Record<string, readonly [readonly Uint8Array[], readonly Uint8Array[]]>> = {
      'a value is another': [history, [encodeStateChunk(leaves.map((leaf, i) => (i === 5 ? { ...leaf, value: Uint8Array.of(1) } : leaf)))]],
      'a key is missing': [history, [encodeStateChunk(leaves.slice(1))]],
      'a key is there twice': [history, [encodeStateChunk([leaves[0]!, ...leaves])]],
      'keys out of order': [history, [encodeStateChunk(leaves.toReversed())]],
      'a block is missing': [history.slice(0, -1), state],
      'two blocks are swapped': [[history[1]!, history[0]!, ...history.slice(2)], state],
      'a chunk is nothing': [history, [Uint8Array.of(0xff)]],
    };
    for (const [name, [blocks, parts]] of Object.entries(forged)) {
      using to = temporaryFolder();
      const all = [encodeHistoryChunk(blocks), ...parts];
      const lie = encodeManifest({ ...manifest, history: 1, chunks: all.map((chunk) => sha256(chunk)) });
      const outcome = await (await receive(to.path, lie, all)).finish();
      expect(outcome, name).toMatchObject({ ok: false, error: { code: 'engine.snapshot-corrupted' } });
      expect(existsSync(join(to.path, 'blocks.clg')), name).toBe(false);
    }
    using to = temporaryFolder();
    const other = { ...genesis, chainId: 'other' };
    expect((await receiveSnapshot({ directory: to.path, genesis: other, manifest: snapshot.manifest })).ok).toBe(false);
    expect((await receiveSnapshot({ directory: to.path, genesis, manifest: snapshot.manifest.subarray(1) })).ok).toBe(false);
    const gap = encodeManifest({ ...manifest, first: 5 });
    expect((await receiveSnapshot({ directory: to.path, genesis, manifest: gap })).ok).toBe(false);
  });

  it('are made by themselves while blocks go on, and the newest few stay', async () => {
    using folder = temporaryFolder();
    const ledger = await newLedger(folder.path, { snapshotEvery: 4, keepSnapshots: 2 });
    for (let i = 0; i < 25; i++) {
      unwrap(await ledger.submit(transactionOf('hospital', [openGrant()])));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await ledger.close();
    const disk = unwrap(await openLedgerDisk({ directory: folder.path }));
    const heights = disk.snapshots().map(({ height }) => height);
    expect(heights).toHaveLength(2);
    expect(heights[0]).toBeGreaterThan(heights[1]!);
    expect(await disk.snapshotChunk(heights[0]!, 0)).toBeDefined();
    expect(await disk.snapshotChunk(heights[0]!, 99)).toBeUndefined();
    expect(await disk.snapshotChunk(1, 0)).toBeUndefined();
    await disk.close();
  });
});

import {
  appendFileSync,
  copyFileSync,
  cpSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import { openStorage } from '../../src/engine/disk/blocks/storage.ts';
import { readFrames, type FrameAt } from '../../src/engine/disk/blocks/block-file.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { memberStateKey } from '../../src/ledger/membership/state.ts';
import { NOW, newLedger, openGrant, seedOf, temporaryFolder, transactionOf } from '../support/ledger.ts';

const BLOCKS = 12;
/** `CARELEDGER_FLIPS=1000` for the long run. */
const FLIPS = Number(process.env.CARELEDGER_FLIPS ?? 90);
const original = temporaryFolder();
const frames: FrameAt[] = [];
let stateRoot: string;

beforeAll(async () => {
  const ledger = await newLedger(original.path);
  for (let i = 0; i < BLOCKS; i++) await Promise.all([1, 2, 3].map(() => ledger.submit(transactionOf('hospital', [openGrant(), openGrant()]))));
  stateRoot = toHex(ledger.head().stateRoot);
  await ledger.close();
  const storage = await openStorage(join(original.path, 'blocks.clg'), 'read');
  for await (const frame of readFrames(storage)) frames.push(frame);
  await storage.close();
});
afterAll(() => original[Symbol.dispose]());

/** A copy of the ledger, changed by `harm`. */
async function harmed<T>(harm: (blocks: string, index: string) => void | Promise<void>, then: (directory: string) => Promise<T>): Promise<T> {
  using folder = temporaryFolder();
  cpSync(original.path, folder.path, { recursive: true });
  await harm(join(folder.path, 'blocks.clg'), join(folder.path, 'index'));
  return await then(folder.path);
}

const open = (directory: string, rebuildIndex = false) => openEmbeddedLedger({ directory, nodeSeed: seedOf('node'), now: () => NOW, rebuildIndex });

function flip(path: string, offset: number, bit: number): void {
  const file = openSync(path, 'r+');
  const byte = Uint8Array.from(readFileSync(path).subarray(offset, offset + 1));
  byte[0]! ^= 1 << bit;
  writeSync(file, byte, 0, 1, offset);
  closeSync(file);
}

/** The block that a byte of the file belongs to. */
const blockAt = (offset: number): number => frames.find((frame) => frame.kind === 'block' && offset < frame.end)?.height ?? 0;

describe('a harmed ledger', () => {
  it('holds before anything is done to it', async () => {
    expect(
      await harmed(
        () => undefined,
        (directory) => verifyBlocks({ directory }),
      ),
    ).toMatchObject({ holds: true, blocks: BLOCKS + 1, transactions: 3 * BLOCKS, unchecked: [] });
  });

  it(`notices and locates ${FLIPS} single changed bits anywhere in the block file, and opens none of them`, { timeout: 600_000 }, async () => {
    const size = statSync(join(original.path, 'blocks.clg')).size;
    for (let i = 0; i < FLIPS; i++) {
      // Every region of the file, and every byte of the first and last frame's heads.
      const offset = i < 24 ? i + 16 : i < 48 ? frames.at(-1)!.offset + i - 24 : Math.floor(Math.random() * size);
      await harmed(
        (blocks) => flip(blocks, offset, i % 8),
        async (directory) => {
          const before = readFileSync(join(directory, 'blocks.clg'));
          const report = await verifyBlocks({ directory, compareIndex: false });
          expect(report.holds, `byte ${offset}`).toBe(false);
          const finding = report.findings[0]!;
          if (offset >= frames[0]!.end) {
            expect(finding, `byte ${offset}`).toMatchObject({ code: 'engine.block-corrupted', height: blockAt(offset) });
            expect(finding.offset! <= offset && offset < finding.end!, `byte ${offset} in ${finding.offset}–${finding.end}`).toBe(true);
          }
          const opened = await open(directory);
          expect(opened, `byte ${offset}`).toMatchObject({
            ok: false,
            error: { code: 'engine.block-corrupted', data: { offset: expect.any(Number) } },
          });
          expect(readFileSync(join(directory, 'blocks.clg')).equals(before), 'the file is left as it was').toBe(true);
        },
      );
    }
  });

  it('opens after a crash in the middle of an append, at any byte, without what was never acknowledged', async () => {
    const last = frames.at(-1)!;
    const whole = readFileSync(join(original.path, 'blocks.clg'));
    for (const cut of [1, 10, 23, 24, 25, 200, last.end - last.offset - 17, last.end - last.offset - 1]) {
      // The next block, begun: here a copy of the last one under a head of its own, of which some bytes arrived.
      const torn = whole.subarray(last.offset, last.offset + cut);
      await harmed(
        (blocks) => appendFileSync(blocks, torn),
        async (directory) => {
          const opened = await open(directory);
          expect(opened.ok, `${cut} bytes`).toBe(true);
          if (!opened.ok) return;
          expect(opened.value.recovery.tornBytes).toBe(cut);
          expect(toHex(opened.value.head().stateRoot)).toBe(stateRoot);
          expect((await opened.value.submit(transactionOf('clinic', [openGrant()]))).ok).toBe(true);
          await opened.value.close();
          expect(await verifyBlocks({ directory })).toMatchObject({ holds: true, blocks: BLOCKS + 2 });
        },
      );
    }
  });

  it('does the same where only the end of a large file is read when it is opened', async () => {
    const openEnd = (directory: string) => openEmbeddedLedger({ directory, nodeSeed: seedOf('node'), now: () => NOW, fullCheckBytes: 0 });
    const middle = frames[5]!;
    await harmed(
      (blocks) => flip(blocks, middle.offset + 100, 0),
      async (directory) => {
        const opened = await openEnd(directory);
        expect(opened.ok).toBe(true);
        if (!opened.ok) return;
        expect(toHex(opened.value.head().stateRoot)).toBe(stateRoot);
        await expect(opened.value.block(middle.height)).rejects.toMatchObject({
          code: 'engine.block-corrupted',
          data: { height: middle.height, offset: middle.offset },
        });
        expect(await opened.value.block(middle.height + 1)).toBeDefined();
        await opened.value.close();
      },
    );
    await harmed(
      (blocks) => flip(blocks, frames.at(-1)!.offset + 100, 0),
      async (directory) => expect(await openEnd(directory)).toMatchObject({ ok: false, error: { code: 'engine.block-corrupted' } }),
    );
    await harmed(
      (blocks) => truncateSync(blocks, frames.at(-2)!.end),
      async (directory) => expect((await openEnd(directory)).ok).toBe(false),
    );
    await harmed(
      (blocks) => appendFileSync(blocks, new Uint8Array(30)),
      async (directory) => {
        const opened = await openEnd(directory);
        expect(opened.ok && opened.value.recovery.tornBytes).toBe(30);
        if (opened.ok) await opened.value.close();
      },
    );
  });

  it('misses committed blocks that were cut off, whole or in part, and gives them up only when told to', async () => {
    const cuts: readonly [number, string][] = [
      [frames.at(-2)!.end, 'engine.blocks-missing'],
      [frames.at(-4)!.end, 'engine.blocks-missing'],
      [frames.at(-1)!.end - 1, 'engine.block-corrupted'],
      [frames.at(-1)!.offset + 5, 'engine.block-corrupted'],
    ];
    for (const [size, code] of cuts)
      await harmed(
        (blocks) => truncateSync(blocks, size),
        async (directory) => {
          expect((await verifyBlocks({ directory })).holds, `cut at ${size}`).toBe(false);
          expect(await open(directory)).toMatchObject({ ok: false, error: { code, data: { height: expect.any(Number) } } });
          const rebuilt = await open(directory, true);
          expect(rebuilt.ok).toBe(true);
          if (rebuilt.ok) await rebuilt.value.close();
          expect((await verifyBlocks({ directory })).holds).toBe(true);
        },
      );
  });

  it('notices blocks left out, swapped or repeated, though every frame is intact', async () => {
    const bytes = readFileSync(join(original.path, 'blocks.clg'));
    const frame = (index: number): Uint8Array => bytes.subarray(frames[index]!.offset, frames[index]!.end);
    const head = bytes.subarray(0, frames[4]!.offset);
    const tail = bytes.subarray(frames[6]!.offset);
    for (const middle of [[], [frame(5), frame(4)], [frame(4), frame(4), frame(5)]])
      await harmed(
        (blocks) => writeFileSync(blocks, Buffer.concat([head, ...middle, tail])),
        async (directory) => {
          expect((await verifyBlocks({ directory })).holds).toBe(false);
          expect((await open(directory)).ok).toBe(false);
        },
      );
  });

  it('makes the index again when it is gone, empty or older', async () => {
    using young = temporaryFolder();
    await (await newLedger(young.path)).close();
    const harms: readonly ((blocks: string, index: string) => void)[] = [
      (_, index) => rmSync(index, { recursive: true }),
      (_, index) => rmSync(join(index, 'lock.mdb')),
      (_, index) => truncateSync(join(index, 'data.mdb'), 0),
      (_, index) => truncateSync(join(index, 'data.mdb'), 9_000),
      (_, index) => writeFileSync(join(index, 'data.mdb'), 'not a database at all'),
    ];
    for (const [i, harm] of harms.entries())
      await harmed(harm, async (directory) => {
        const opened = await open(directory);
        expect(opened.ok, `harm ${i}: ${opened.ok ? '' : opened.error.message}`).toBe(true);
        if (!opened.ok) return;
        expect(toHex(opened.value.head().stateRoot)).toBe(stateRoot);
        await opened.value.close();
        expect(await verifyBlocks({ directory })).toMatchObject({ holds: true, unchecked: [] });
      });
    await harmed(
      (_, index) => copyFileSync(join(young.path, 'index', 'data.mdb'), join(index, 'data.mdb')),
      async (directory) => {
        // The index of a ledger with the same keys but another genesis block time or salt would differ; this one is only behind.
        const opened = await open(directory);
        expect(opened.ok).toBe(true);
        if (opened.ok) await opened.value.close();
        expect((await verifyBlocks({ directory })).holds).toBe(true);
      },
    );
  });

  it('builds nothing on a damaged value: reading it fails, and so does a block that needs it', async () => {
    await harmed(
      async (_, index) => {
        const db = openLmdb<Buffer, Uint8Array>({ path: index, encoding: 'binary', keyEncoding: 'binary' });
        for (const { key, value } of Array.from(db.getRange({})))
          if (key[0] === 0x6e && Buffer.from(value).includes('members/hospital')) {
            const changed = Buffer.from(value);
            // Somewhere in the value behind the key.
            changed[changed.indexOf('members/hospital') + 40]! ^= 1;
            await db.put(Buffer.from(key), changed);
          }
        await db.close();
      },
      async (directory) => {
        const opened = await open(directory);
        expect(opened.ok).toBe(true);
        if (!opened.ok) return;
        await expect(opened.value.get(memberStateKey('hospital'))).rejects.toMatchObject({ code: 'engine.index-damaged' });
        expect(await opened.value.submit(transactionOf('hospital', [openGrant()]))).toMatchObject({
          ok: false,
          error: { code: 'engine.index-damaged' },
        });
        await opened.value.close();
        const rebuilt = await open(directory, true);
        expect(rebuilt.ok && (await rebuilt.value.submit(transactionOf('hospital', [openGrant()]))).ok).toBe(true);
        if (rebuilt.ok) await rebuilt.value.close();
      },
    );
  });

  it('notices every changed, missing and added entry of the index', { timeout: 600_000 }, async () => {
    const keys: Buffer[] = [];
    const reading = openLmdb<Buffer, Buffer>({ path: join(original.path, 'index'), encoding: 'binary', keyEncoding: 'binary', readOnly: true });
    // The list of what block 0 retired is empty, and gone once heights are pruned: only its absence means nothing.
    for (const key of reading.getKeys({})) if (key.toString('latin1') !== `s${'\0'.repeat(8)}`) keys.push(Buffer.from(key));
    await reading.close();
    expect(keys.length).toBeGreaterThan(100);
    for (let i = 0; i < 45; i++) {
      const key = keys[Math.floor((i / 45) * keys.length)]!;
      await harmed(
        async (_, index) => {
          const db = openLmdb<Buffer, Uint8Array>({ path: index, encoding: 'binary', keyEncoding: 'binary' });
          const value = db.getBinary(key)!;
          if (i % 3 === 0) await db.remove(key);
          else if (i % 3 === 1) await db.put(Buffer.concat([key, Buffer.from([1])]), value);
          else {
            const changed = Buffer.from(value.length === 0 ? [1] : value);
            if (value.length > 0) changed[Math.floor(Math.random() * value.length)]! ^= 1 << (i % 8);
            await db.put(key, changed);
          }
          await db.close();
        },
        async (directory) => {
          const report = await verifyBlocks({ directory });
          expect(report.holds, `key ${key.toString('hex')}, ${['removed', 'added', 'changed'][i % 3]}`).toBe(false);
        },
      );
    }
  });
});

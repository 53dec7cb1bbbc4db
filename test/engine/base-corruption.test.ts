/** Damage to the frames that a block file has beside blocks: base, pruned blocks, chunks of the state, attestations. */
import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { readFrames, type FrameAt } from '../../src/engine/disk/blocks/block-file.ts';
import { FILE_MARK, encodeFrame } from '../../src/engine/disk/blocks/frame.ts';
import { openLedgerDisk } from '../../src/engine/disk/open.ts';
import { pruneLedger } from '../../src/engine/disk/pruning/prune.ts';
import { openStorage } from '../../src/engine/disk/blocks/storage.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { encodeAttestation } from '../../src/ledger/attestation/attestation.ts';
import { newLedger, openGrant, temporaryFolder, transactionOf } from '../support/ledger.ts';

const original = temporaryFolder();
const frames: FrameAt[] = [];
let height: number;

beforeAll(async () => {
  const ledger = await newLedger(original.path);
  for (let i = 0; i < 8; i++) unwrap(await ledger.submit(transactionOf('hospital', [openGrant(), openGrant()])));
  ({ height } = ledger.head());
  await ledger.close();
  unwrap(await pruneLedger(original.path, { height: 5 }));
  const disk = unwrap(await openLedgerDisk({ directory: original.path }));
  for (const at of [3, 7]) await disk.attest(at, encodeAttestation({ kind: 'node', signature: (await disk.sealedHeader(at)).seal }));
  await disk.close();
  const storage = await openStorage(join(original.path, 'blocks.clg'), 'read');
  for await (const frame of readFrames(storage)) frames.push(frame);
  await storage.close();
});
afterAll(() => original[Symbol.dispose]());

async function changed<T>(change: (whole: Buffer) => Uint8Array, then: (directory: string) => Promise<T>): Promise<T> {
  using folder = temporaryFolder();
  // Without the index, which is read through by a process of its own when its file has changed: that is not what is tested here.
  cpSync(original.path, folder.path, { recursive: true, filter: (path) => !path.includes('index') });
  const file = join(folder.path, 'blocks.clg');
  writeFileSync(file, change(readFileSync(file)));
  return await then(folder.path);
}

/** Frames again, each whole with its checksums. */
const fileOf = (list: readonly Pick<FrameAt, 'kind' | 'height' | 'payload'>[]): Uint8Array =>
  Buffer.concat([FILE_MARK, ...list.map((frame) => encodeFrame(frame.kind, frame.height, frame.payload))]);

const ofKind = (kind: FrameAt['kind']): FrameAt => frames.find((frame) => frame.kind === kind)!;

describe('a block file that begins with a base', () => {
  it('has every kind of frame, and holds', async () => {
    expect(new Set(frames.map(({ kind }) => kind))).toEqual(new Set(['genesis', 'base', 'pruned', 'chunk', 'block', 'attestation']));
    expect(await verifyBlocks({ directory: original.path })).toMatchObject({ holds: true, pruned: 6, attestations: 2, findings: [], unchecked: [] });
  });

  it('is not opened, and not found to hold, with one changed bit in any of them', { timeout: 120_000 }, async () => {
    for (const kind of ['genesis', 'base', 'pruned', 'chunk', 'attestation'] as const) {
      const { offset, end } = ofKind(kind);
      for (const at of [offset + 4, offset + 26, Math.floor((offset + end) / 2), end - 1])
        await changed(
          (whole) => {
            whole[at]! ^= 4;
            return whole;
          },
          async (directory) => {
            expect((await verifyBlocks({ directory })).holds, `${kind} ${at - offset}`).toBe(false);
            const opened = await openLedgerDisk({ directory });
            expect(opened.ok, `${kind} ${at - offset}`).toBe(false);
          },
        );
    }
  });

  it('is not made anew from frames that are whole but left out, swapped or repeated', async () => {
    const index = (kind: FrameAt['kind']): number => frames.findIndex((frame) => frame.kind === kind);
    const without = (at: number) => frames.filter((_, place) => place !== at);
    const twice = (at: number) => frames.flatMap((frame, place) => (place === at ? [frame, frame] : [frame]));
    const swapped = (at: number) => frames.map((frame, place) => (place === at ? frames[at + 1]! : place === at + 1 ? frames[at]! : frame));
    const cases: Readonly<Record<string, readonly FrameAt[]>> = {
      'without the base': without(index('base')),
      'without a pruned block': without(index('pruned') + 2),
      'without the chunk': without(index('chunk')),
      'a pruned block twice': twice(index('pruned') + 1),
      'two pruned blocks swapped': swapped(index('pruned') + 1),
      'the chunk twice': twice(index('chunk')),
      'without the first block after it': without(index('block')),
      'an attestation of a block that is not there yet': frames.map((frame) =>
        frame.kind === 'attestation' ? { ...frame, height: height + 1 } : frame,
      ),
    };
    for (const [name, list] of Object.entries(cases))
      await changed(
        () => fileOf(list),
        async (directory) => {
          expect((await verifyBlocks({ directory, compareIndex: false })).holds, name).toBe(false);
          expect((await openLedgerDisk({ directory, rebuildIndex: true })).ok, name).toBe(false);
        },
      );
  });

  it('loses an attestation that was not finished, and nothing else', async () => {
    const torn = encodeFrame('attestation', 8, new Uint8Array(500)).subarray(0, 300);
    await changed(
      (whole) => whole,
      async (directory) => {
        appendFileSync(join(directory, 'blocks.clg'), torn);
        const disk = unwrap(await openLedgerDisk({ directory }));
        expect(disk.recovery.tornBytes).toBe(300);
        expect(disk.head().height).toBe(height);
        expect(await disk.attestation(8)).toBeUndefined();
        expect(await disk.attestation(7)).toBeDefined();
        await disk.close();
      },
    );
  });
});

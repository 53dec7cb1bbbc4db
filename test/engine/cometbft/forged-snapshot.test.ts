/**
 * A snapshot that is whole in itself, but of another history: a peer can make one with the same genesis and validators of its own choice, for the
 * blocks of a network carry no signatures in themselves. Only the app hash that the engine's light client has verified tells them apart.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { receiveSnapshot } from '../../../src/engine/disk/snapshots/receive-snapshot.ts';
import { decodeManifest, encodeManifest } from '../../../src/engine/disk/snapshots/snapshot-format.ts';
import { consensusGenesis as genesis, drivenLedger } from '../../support/abci-driver/ledger.ts';
import { openGrant, temporaryFolder, transactionOf } from '../../support/ledger.ts';

const BLOCKS = 3;

/** A snapshot of a ledger of its own, after as many blocks as any other here. */
async function snapshotOf(directory: string) {
  const { disk, driver, close } = await drivenLedger(directory);
  for (let height = 1; height <= BLOCKS; height++) await driver.block({ transactions: [transactionOf('hospital', [openGrant()])] });
  const { manifest, chunks, blockHash } = unwrap(await disk.takeSnapshot());
  const bytes = await Promise.all(Array.from({ length: chunks }, async (_, index) => (await disk.snapshotChunk(BLOCKS, index))!));
  driver.stop();
  await close();
  return { manifest: unwrap(decodeManifest(manifest, genesis)), chunks: bytes, blockHash };
}

describe('a snapshot of another history', () => {
  it('under the header of the true one is not taken, and leaves nothing', async () => {
    using folder = temporaryFolder();
    const [honest, forged] = [await snapshotOf(join(folder.path, 'honest')), await snapshotOf(join(folder.path, 'forged'))];
    expect(toHex(forged.blockHash)).not.toBe(toHex(honest.blockHash));
    const receive = async (name: string, manifest: Uint8Array, chunks: readonly Uint8Array[]) => {
      const directory = join(folder.path, name);
      const receiver = unwrap(await receiveSnapshot({ directory, genesis, manifest }));
      for (const [index, chunk] of chunks.entries()) unwrap(await receiver.add(index, chunk));
      return { blockHash: receiver.blockHash, outcome: await receiver.finish(), directory };
    };
    const whole = await receive('a', encodeManifest(honest.manifest), honest.chunks);
    expect(whole.outcome).toMatchObject({ ok: true, value: { height: BLOCKS } });

    const lie = encodeManifest({ ...forged.manifest, headerBytes: honest.manifest.headerBytes });
    const taken = await receive('b', lie, forged.chunks);
    // So far it looks like the one that the engine asked for.
    expect(toHex(taken.blockHash)).toBe(toHex(honest.blockHash));
    expect(taken.outcome).toMatchObject({ ok: false, error: { code: 'engine.snapshot-corrupted' } });
    expect(existsSync(join(taken.directory, 'blocks.clg'))).toBe(false);
    expect(readdirSync(taken.directory)).not.toContain('index');
  });
});

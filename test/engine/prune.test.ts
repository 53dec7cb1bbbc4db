import { copyFileSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { continueLedger } from '../../src/engine/disk/continue-ledger.ts';
import { exportLedger } from '../../src/engine/disk/export-ledger.ts';
import { openLedgerDisk } from '../../src/engine/disk/open.ts';
import { pruneLedger } from '../../src/engine/disk/pruning/prune.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { encodeAttestation } from '../../src/ledger/attestation/attestation.ts';
import { encodeConsensusSeal } from '../../src/ledger/block/seal.ts';
import { signAttestation } from '../../src/ledger/block/header.ts';
import type { LedgerClient } from '../../src/ledger/client.ts';
import { encodeGenesis, genesisHash } from '../../src/ledger/genesis/genesis.ts';
import { grantStateKey } from '../../src/ledger/grants/state.ts';
import { verifyLedgerReceipt } from '../../src/ledger/verify/ledger.ts';
import { verifyTrustBundle } from '../../src/ledger/verify/trust-bundle.ts';
import { genesis, keyOf, NOW, newLedger, openGrant, openLedger, random, seedOf, temporaryFolder, transactionOf } from '../support/ledger.ts';

const trust = { chainId: genesis.chainId, nodeKey: genesis.proposer };
const BLOCKS = 40;

async function ledgerOf(directory: string) {
  const ledger = await newLedger(directory);
  const hashes: Uint8Array[] = [];
  const grants = Array.from({ length: BLOCKS }, () => openGrant());
  for (const grant of grants) hashes.push(unwrap(await ledger.submit(transactionOf('hospital', [grant, openGrant()], { expiryHeight: 900 }))).hash);
  const head = ledger.head();
  await ledger.close();
  return { head, hashes, grants };
}

const nodeAttestation = (signature: Uint8Array) => encodeAttestation({ kind: 'node', signature });
const receiptsOf = (ledger: LedgerClient, count: number) => Promise.all(Array.from({ length: count }, (_, i) => ledger.receipt(i)));

describe('pruning', () => {
  it('takes old transactions away; receipts of all of them can still be given, and everything is still checked', async () => {
    using folder = temporaryFolder();
    const { head, hashes, grants } = await ledgerOf(folder.path);
    const disk = unwrap(await openLedgerDisk({ directory: folder.path }));
    const said = await Promise.all([3, 35].map(async (height) => ({ height, bytes: nodeAttestation((await disk.sealedHeader(height)).seal) })));
    for (const { height, bytes } of said) await disk.attest(height, bytes);
    disk.note('consensus', Uint8Array.of(7));
    await disk.close();
    const before = await openLedger(folder.path);
    const receipts = await receiptsOf(before, BLOCKS);
    const oldest = Buffer.from((await before.transactionAt(0))!.bytes);
    await before.close();

    for (const [height, first] of [
      [20, 21],
      [30, 31],
    ] as const) {
      expect(readFileSync(join(folder.path, 'blocks.clg')).includes(oldest)).toBe(height === 20);
      expect(unwrap(await pruneLedger(folder.path, { height })).height).toBe(height);
      expect(readFileSync(join(folder.path, 'blocks.clg')).includes(oldest)).toBe(false);
      expect(await verifyBlocks({ directory: folder.path })).toMatchObject({
        holds: true,
        blocks: BLOCKS + 1,
        pruned: height + 1,
        transactions: BLOCKS,
        attestations: 2,
        findings: [],
        unchecked: [],
      });
      for (const rebuildIndex of [false, true]) {
        const ledger = await openLedger(folder.path, { rebuildIndex });
        expect(ledger.head()).toEqual(head);
        expect(await receiptsOf(ledger, BLOCKS)).toEqual(receipts);
        await expect(ledger.transaction(hashes[0]!)).rejects.toMatchObject({ code: 'engine.block-pruned' });
        expect((await ledger.transaction(hashes[first - 1]!))!.height).toBe(first);
        expect(await ledger.get(grantStateKey(grants[0]!.id))).toBeDefined();
        await ledger.close();
      }
    }
    const report = verifyLedgerReceipt(receipts[5]!, hashes[5]!, trust);
    expect(report.verdict).toBe('held');
    const after = unwrap(await openLedgerDisk({ directory: folder.path }));
    for (const { height, bytes } of said) expect(await after.attestation(height)).toEqual(bytes);
    // One that is about another block, in the place of a true one.
    await after.attest(35, said[0]!.bytes);
    await after.close();
    expect(await verifyBlocks({ directory: folder.path })).toMatchObject({
      holds: false,
      findings: [{ code: 'engine.block-corrupted', height: 35 }],
    });
  });

  it('keeps notes, and refuses heights that it can’t go to', async () => {
    using folder = temporaryFolder();
    await ledgerOf(folder.path);
    const disk = unwrap(await openLedgerDisk({ directory: folder.path }));
    disk.note('consensus', Uint8Array.of(7));
    await disk.close();
    expect(unwrap(await pruneLedger(folder.path, { keep: 10 })).height).toBe(BLOCKS - 10);
    const after = unwrap(await openLedgerDisk({ directory: folder.path }));
    expect(after.noted('consensus')).toEqual(Uint8Array.of(7));
    await after.close();
    for (const height of [-1, 1.5, BLOCKS - 11, BLOCKS + 1])
      expect(await pruneLedger(folder.path, { height })).toMatchObject({ ok: false, error: { code: 'engine.not-retained' } });
  });

  it('leaves the ledger as it was or as it is to be, wherever it is stopped', async () => {
    using folder = temporaryFolder();
    using aside = temporaryFolder();
    const { head } = await ledgerOf(folder.path);
    const file = join(folder.path, 'blocks.clg');
    copyFileSync(file, join(aside.path, 'before'));
    unwrap(await pruneLedger(folder.path, { height: 25 }));
    copyFileSync(file, join(aside.path, 'after'));
    // The index is gone before the file changes its place: either file with no index, and an index of the other file should somebody put one back.
    for (const version of ['before', 'after']) {
      copyFileSync(join(aside.path, version), file);
      const other = await openLedger(folder.path);
      expect(other.head(), version).toEqual(head);
      await other.close();
      rmSync(join(folder.path, 'index'), { recursive: true });
      const ledger = await openLedger(folder.path);
      expect(ledger.head(), version).toEqual(head);
      await ledger.close();
      expect((await verifyBlocks({ directory: folder.path })).findings).toEqual([]);
    }
  });
});

describe('an export', () => {
  it('is checked by itself, and says what is wrong with it', async () => {
    using folder = temporaryFolder();
    await ledgerOf(folder.path);
    const file = join(folder.path, 'export.clx');
    expect(unwrap(await exportLedger(folder.path, file))).toEqual({ height: BLOCKS, bytes: statSync(file).size });
    expect(await verifyBlocks({ directory: file })).toMatchObject({ holds: true, blocks: BLOCKS + 1, findings: [], unchecked: [] });
    expect((await verifyBlocks({ directory: file, trust: { chainId: genesis.chainId, proposer: random(32) } })).holds).toBe(false);
  });

  it('goes on as another ledger on either engine: state, old receipts and new ones', async () => {
    using folder = temporaryFolder();
    const { head, hashes, grants } = await ledgerOf(folder.path);
    const old = await openLedger(folder.path);
    const receipt = await old.receipt(3);
    await old.close();
    const file = join(folder.path, 'export.clx');
    unwrap(await exportLedger(folder.path, file));
    const validators = [{ org: 'hospital', key: keyOf('validator'), power: 1 }];
    const next = {
      embedded: { ...genesis, chainId: 'test-ledger-2', time: NOW, proposer: keyOf('node 2'), members: [] },
      cometbft: {
        ...genesis,
        chainId: 'test-ledger-2',
        time: NOW,
        engine: 'cometbft' as const,
        proposer: new Uint8Array(0),
        members: [],
        validators,
      },
    };
    for (const engine of ['embedded', 'cometbft'] as const) {
      const directory = join(folder.path, engine);
      const continued = unwrap(
        await continueLedger({
          from: file,
          directory,
          genesis: (previous) => ({ ...next[engine], previous }),
          seal: (hash) => (engine === 'embedded' ? signAttestation(hash, seedOf('node 2')) : encodeConsensusSeal(0)),
        }),
      );
      expect(continued.height).toBe(head.height + 1);
      const again = await continueLedger({ from: file, directory, genesis: (previous) => ({ ...next[engine], previous }), seal: () => random(64) });
      expect(again).toMatchObject({ ok: false, error: { code: 'engine.ledger-exists' } });
      expect(await verifyBlocks({ directory })).toMatchObject({
        holds: true,
        chainId: 'test-ledger-2',
        pruned: BLOCKS + 1,
        findings: [],
        unchecked: [],
      });
      const disk = unwrap(await openLedgerDisk({ directory }));
      expect(disk.head()).toMatchObject({ chainId: 'test-ledger-2', height: BLOCKS + 1, logSize: head.logSize, logRoot: head.logRoot });
      expect(await disk.get(grantStateKey(grants[0]!.id))).toBeDefined();
      // An old transaction is proven under the new ledger's first block.
      expect(disk.heightOf(3)).toBe(BLOCKS + 1);
      expect(disk.inclusion(3, BLOCKS + 1)).toMatchObject({ size: BLOCKS, index: 3 });
      await disk.close();
    }
    expect(verifyLedgerReceipt(receipt, hashes[3]!, trust).verdict).toBe('held');

    const ledger = await openLedger(join(folder.path, 'embedded'), { nodeSeed: seedOf('node 2') });
    const again = await ledger.receipt(3);
    expect(verifyLedgerReceipt(again, hashes[3]!, { chainId: 'test-ledger-2', nodeKey: keyOf('node 2') }).verdict).toBe('held');
    // Who knows the new genesis believes old receipts too, and no other node of the old ledger.
    const known = genesisHash(encodeGenesis(ledger.genesis));
    const bundle = verifyTrustBundle(await ledger.trustBundle(), known);
    expect(bundle.report.facts.previous).toEqual(['test-ledger']);
    for (const old of [receipt, again]) expect(verifyLedgerReceipt(old, hashes[3]!, bundle.trust).verdict).toBe('held');
    const committed = unwrap(await ledger.submit(transactionOf('clinic', [openGrant()], { chainId: 'test-ledger-2', expiryHeight: 900 })));
    expect(committed).toMatchObject({ height: BLOCKS + 2, logIndex: BLOCKS });
    expect(toHex(ledger.head().stateRoot)).not.toBe(toHex(head.stateRoot));
    await ledger.close();
    expect((await verifyBlocks({ directory: join(folder.path, 'embedded') })).findings).toEqual([]);
    // And that ledger can be pruned and exported like any other.
    unwrap(await pruneLedger(join(folder.path, 'embedded'), { keep: 0 }));
    expect(await verifyBlocks({ directory: join(folder.path, 'embedded') })).toMatchObject({ holds: true, pruned: BLOCKS + 3, findings: [] });
  });
});

/** Receipts of the real embedded ledger, checked with nothing but their bytes and the genesis' key. */
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { decodeBlock } from '../../../src/ledger/block/block.ts';
import { batchCommitment } from '../../../src/ledger/proofs/batch.ts';
import { commitment, contentHash, leafHash } from '../../../src/ledger/proofs/commitment.ts';
import { appendLeaves, emptyFrontier, frontierRoot, inclusionPath } from '../../../src/ledger/proofs/merkle-log.ts';
import { encodeEntryReceipt } from '../../../src/ledger/receipts/entry-receipt.ts';
import { encodeOperationProof, proveOperation } from '../../../src/ledger/transaction/operation-proof.ts';
import { verifyEntryReceipt } from '../../../src/ledger/verify/entry.ts';
import { verifyHeaderChain } from '../../../src/ledger/verify/header-chain.ts';
import { verifyLedgerReceipt } from '../../../src/ledger/verify/ledger.ts';
import { genesis, newLedger, openGrant, random, temporaryFolder, transactionOf } from '../../support/ledger.ts';

const trust = { chainId: genesis.chainId, nodeKey: genesis.proposer };
const org = 'hospital';

/** A batch with everything in memory. */
function batchOf(count: number) {
  const nodes = new Map<string, Uint8Array>();
  const entries = Array.from({ length: count }, (_, i) => ({ content: utf8(`{"entry":${i}}`), blinder: random(32) }));
  const leaves = entries.map(({ content, blinder }) => leafHash(commitment(blinder, contentHash(content))));
  const frontier = appendLeaves(emptyFrontier, leaves, (level, index, hash) => void nodes.set(`${level}/${index}`, hash));
  const blinder = random(32);
  return {
    entries,
    blinder,
    size: count,
    commitment: batchCommitment(blinder, count, frontierRoot(frontier)),
    path: (index: number) => inclusionPath(index, count, (level, at) => nodes.get(`${level}/${at}`)!),
  };
}

describe('an embedded ledger', () => {
  it('gives receipts that hold for every entry under every anchor, and a row of blocks that holds', async () => {
    using folder = temporaryFolder();
    const ledger = await newLedger(folder.path);
    try {
      let number = 0;
      for (const count of [1, 7, 0, 24, 100]) {
        const batch = batchOf(count);
        const anchor = transactionOf(org, [{ op: 'anchors.anchor', org, number: ++number, commitment: batch.commitment }]);
        const others = [transactionOf('clinic', [openGrant()]), transactionOf('regulator', [openGrant()])];
        const [committed] = await Promise.all([anchor, ...others].map(async (bytes) => unwrap(await ledger.submit(bytes))));
        const { bytes } = (await ledger.transactionAt(committed!.logIndex))!;
        const receipt = await ledger.receipt(committed!.logIndex);
        expect(verifyLedgerReceipt(receipt, committed!.hash, trust).verdict).toBe('held');

        for (let index = 0; index < count; index += 1 + Math.floor(count / 20)) {
          const { content, blinder } = batch.entries[index]!;
          const entryReceipt = encodeEntryReceipt({
            opening: { blinder, contentHash: contentHash(content) },
            batch: { blinder: batch.blinder, index, size: count, path: batch.path(index) },
            anchor: encodeOperationProof(unwrap(proveOperation(bytes, 0))),
            ledger: receipt,
          });
          const { verdict, steps, facts } = verifyEntryReceipt(entryReceipt, { content, trust });
          expect(verdict, JSON.stringify(steps)).toBe('held');
          expect(facts).toMatchObject({
            organisation: org,
            batch: number,
            batchIndex: index,
            batchSize: count,
            height: committed!.height,
            transactionIndex: committed!.logIndex,
          });
          expect(verifyEntryReceipt(entryReceipt, { content: batch.entries[(index + 1) % count]!.content, trust }).verdict).toBe(
            count > 1 ? 'failed' : 'held',
          );
        }
      }

      const blocks = [];
      for (let height = 0; height <= ledger.head().height; height++) {
        const { headerBytes, seal, transactions } = unwrap(decodeBlock((await ledger.block(height))!.bytes));
        blocks.push({ header: headerBytes, attestation: { kind: 'node' as const, signature: seal }, transactions });
      }
      const { verdict, steps, facts } = verifyHeaderChain(blocks, { trust });
      expect(verdict, JSON.stringify(steps)).toBe('held');
      expect(facts).toMatchObject({ firstHeight: 0, lastHeight: ledger.head().height, transactions: 15, lastHash: ledger.head().blockHash });
    } finally {
      await ledger.close();
    }
  });
});

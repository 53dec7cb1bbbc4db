/** Receipts of the real embedded ledger, checked with nothing but their bytes and the genesis' key. */
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { decodeBlock } from '../../../src/ledger/block/block.ts';
import { commitment, contentHash, leafHash } from '../../../src/ledger/proofs/commitment.ts';
import { appendLeaves, consistencyPath, emptyFrontier, inclusionPath, rootAt, type Frontier } from '../../../src/ledger/proofs/merkle-log.ts';
import { encodeEntryReceipt } from '../../../src/ledger/receipts/entry-receipt.ts';
import { encodeOperationProof, proveOperation } from '../../../src/ledger/transaction/operation-proof.ts';
import { verifyEntryReceipt } from '../../../src/ledger/verify/entry.ts';
import { verifyHeaderChain } from '../../../src/ledger/verify/header-chain.ts';
import { verifyLedgerReceipt } from '../../../src/ledger/verify/ledger.ts';
import { genesis, newLedger, openGrant, random, temporaryFolder, transactionOf } from '../../support/ledger.ts';

const trust = { chainId: genesis.chainId, nodeKey: genesis.proposer };
const org = 'hospital';

/** An organisation's log with everything in memory. */
function logOf() {
  const nodes = new Map<string, Uint8Array>();
  const entries: { readonly content: Uint8Array; readonly blinder: Uint8Array }[] = [];
  let frontier: Frontier = emptyFrontier;
  const getNode = (level: number, index: number): Uint8Array => nodes.get(`${level}/${index}`)!;
  return {
    entries,
    size: () => frontier.size,
    add(count: number): void {
      const added = Array.from({ length: count }, (_, i) => ({ content: utf8(`{"entry":${entries.length + i}}`), blinder: random(32) }));
      entries.push(...added);
      const leaves = added.map(({ content, blinder }) => leafHash(commitment(blinder, contentHash(content))));
      frontier = appendLeaves(frontier, leaves, (level, index, hash) => nodes.set(`${level}/${index}`, hash));
    },
    root: (size: number) => rootAt(size, getNode),
    inclusion: (index: number, size: number) => inclusionPath(index, size, getNode),
    consistency: (from: number, to: number) => consistencyPath(from, to, getNode),
  };
}

describe('an embedded ledger', () => {
  it('gives receipts that hold for every entry under every anchor, and a row of blocks that holds', async () => {
    using folder = temporaryFolder();
    const ledger = await newLedger(folder.path);
    try {
      const log = logOf();
      let previous = 0;
      for (const count of [1, 7, 0, 24, 100]) {
        log.add(count);
        const size = log.size();
        const anchor = transactionOf(org, [{ op: 'anchors.anchor', org, size, root: log.root(size), path: log.consistency(previous, size) }]);
        const others = [transactionOf('clinic', [openGrant()]), transactionOf('regulator', [openGrant()])];
        const [committed] = await Promise.all([anchor, ...others].map(async (bytes) => unwrap(await ledger.submit(bytes))));
        const { bytes } = (await ledger.transactionAt(committed!.logIndex))!;
        const receipt = await ledger.receipt(committed!.logIndex);
        expect(verifyLedgerReceipt(receipt, committed!.hash, trust).verdict).toBe('held');

        for (let index = 0; index < size; index += 1 + Math.floor(size / 20)) {
          const { content, blinder } = log.entries[index]!;
          const entryReceipt = encodeEntryReceipt({
            opening: { blinder, contentHash: contentHash(content) },
            log: { org, index, size, path: log.inclusion(index, size) },
            anchor: encodeOperationProof(unwrap(proveOperation(bytes, 0))),
            ledger: receipt,
          });
          const { verdict, steps, facts } = verifyEntryReceipt(entryReceipt, { content, trust });
          expect(verdict, JSON.stringify(steps)).toBe('held');
          expect(facts).toMatchObject({
            organisation: org,
            logIndex: index,
            logSize: size,
            height: committed!.height,
            transactionIndex: committed!.logIndex,
          });
          expect(verifyEntryReceipt(entryReceipt, { content: log.entries[(index + 1) % size]!.content, trust }).verdict).toBe(
            size > 1 ? 'failed' : 'held',
          );
        }
        previous = size;
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

import { describe, expect, it } from 'vitest';
import { ed25519PublicKey } from '#ed25519';
import { encodeHeader, headerHash, signAttestation, type Header } from '../../../src/ledger/block/header.ts';
import { appendLeaves, emptyFrontier, frontierRoot, type Frontier } from '../../../src/ledger/proofs/merkle-log.ts';
import { signTransaction } from '../../../src/ledger/transaction/sign.ts';
import { transactionHash, transactionLeaf } from '../../../src/ledger/transaction/transaction.ts';
import type { NodeAttestation } from '../../../src/ledger/attestation/node-attestation.ts';
import { verifyHeaderChain, type ChainBlock } from '../../../src/ledger/verify/header-chain.ts';
import { chainId, nodeSeed, otherSeed, seeded, trust } from '../../support/receipts.ts';

const transactionOf = (i: number): Uint8Array =>
  signTransaction(
    {
      chainId,
      expiryHeight: 100,
      salt: seeded(`salt ${i}`).slice(0, 8),
      operations: [{ op: 'anchors.anchor', org: 'city-hospital', number: i, commitment: seeded(`batch ${i}`) }],
    },
    nodeSeed,
  );

interface Change {
  readonly header?: (header: Header, height: number) => Header;
  readonly seed?: Uint8Array;
}

/** Blocks 0 to `count − 1`, block h with h mod 4 transactions. */
function chainOf(
  count: number,
  { header: change = (header) => header, seed = nodeSeed }: Change = {},
): { readonly blocks: readonly ChainBlock[]; readonly logs: readonly Frontier[] } {
  const blocks: ChainBlock[] = [];
  const logs: Frontier[] = [];
  let log = emptyFrontier;
  let previousHash = seeded('genesis');
  for (let height = 0; height < count; height++) {
    const transactions = Array.from({ length: height % 4 }, (_, i) => transactionOf(10 * height + i));
    const leaves = transactions.map((bytes) => transactionLeaf(transactionHash(bytes)));
    log = appendLeaves(log, leaves);
    const header = encodeHeader(
      change(
        {
          chainId,
          height,
          time: 1_790_000_000_000 + height * 1000,
          previousHash,
          txRoot: frontierRoot(appendLeaves(emptyFrontier, leaves)),
          txCount: leaves.length,
          logSize: log.size,
          logRoot: frontierRoot(log),
          stateRoot: seeded(`state ${height}`),
          proposer: ed25519PublicKey(seed),
        },
        height,
      ),
    );
    previousHash = headerHash(header);
    logs.push(log);
    blocks.push({ header, attestation: { kind: 'node', signature: signAttestation(previousHash, seed) }, transactions });
  }
  return { blocks, logs };
}

const failures = (blocks: Iterable<ChainBlock>, given: Parameters<typeof verifyHeaderChain>[1] = { trust }): Record<string, string> =>
  Object.fromEntries(
    verifyHeaderChain(blocks, given)
      .steps.filter(({ state }) => state === 'failed')
      .map(({ name, detail }) => [name, detail]),
  );

const at7 = (change: (header: Header) => Partial<Header>): Change => ({
  header: (header, height) => (height === 7 ? { ...header, ...change(header) } : header),
});

describe('a row of blocks', () => {
  const { blocks, logs } = chainOf(12);

  it('holds from the genesis on', () => {
    const { verdict, facts } = verifyHeaderChain(blocks, { trust });
    expect(verdict).toBe('held');
    expect(facts).toMatchObject({ blocks: 12, transactions: 18, firstHeight: 0, lastHeight: 11 });
  });

  it('holds after a known block, with its transaction log and without', () => {
    expect(verifyHeaderChain(blocks.slice(5), { trust, after: { header: blocks[4]!.header, log: logs[4]! } }).verdict).toBe('held');
    expect(verifyHeaderChain(blocks.slice(5), { trust, after: { header: blocks[4]!.header } }).verdict).toBe('held');
    expect(failures(blocks.slice(6), { trust, after: { header: blocks[4]!.header } })).toHaveProperty('links');
    expect(failures(blocks.slice(5), { trust, after: { header: blocks[4]!.header, log: logs[2]! } })).toHaveProperty('transactions');
  });

  it('says what was not checked', () => {
    const headersOnly = blocks.map(({ header, attestation }) => ({ header, attestation }));
    expect(verifyHeaderChain(headersOnly, { trust }).verdict).toBe('held');
    expect(verifyHeaderChain(headersOnly, { trust }).steps.find(({ name }) => name === 'transactions')!.state).toBe('unchecked');
    expect(verifyHeaderChain(blocks).verdict).toBe('incomplete');
    expect(verifyHeaderChain([], { trust }).verdict).toBe('incomplete');
  });

  it('names the block where something is wrong', () => {
    expect(
      failures(
        chainOf(
          12,
          at7(() => ({ previousHash: seeded('other') })),
        ).blocks,
      ),
    ).toEqual({ links: expect.stringContaining('Block 7') as string });
    expect(
      failures(
        chainOf(
          12,
          at7(() => ({ height: 17 })),
        ).blocks,
      ),
    ).toEqual({ counts: expect.stringContaining('Block 17') as string });
    expect(
      failures(
        chainOf(
          12,
          at7(({ time }) => ({ time: time - 5000 })),
        ).blocks,
      ),
    ).toEqual({ counts: expect.stringContaining('Block 7') as string });
    expect(
      Object.keys(
        failures(
          chainOf(
            12,
            at7(({ logSize }) => ({ logSize: logSize + 1 })),
          ).blocks,
        ),
      ),
    ).toEqual(['counts', 'transactions']);
    expect(
      Object.keys(
        failures(
          chainOf(
            12,
            at7(({ txCount }) => ({ txCount: txCount + 1 })),
          ).blocks,
        ),
      ),
    ).toEqual(['counts', 'transactions']);
    expect(
      failures(
        chainOf(
          12,
          at7(() => ({ logRoot: seeded('other') })),
        ).blocks,
      ),
    ).toEqual({ transactions: expect.stringContaining('Block 7') as string });
    expect(
      failures(
        chainOf(
          12,
          at7(() => ({ txRoot: seeded('other') })),
        ).blocks,
      ),
    ).toEqual({ transactions: expect.stringContaining('Block 7') as string });
    expect(
      failures(
        chainOf(
          12,
          at7(() => ({ chainId: 'other-ledger' })),
        ).blocks,
      ),
    ).toEqual({ trust: expect.stringContaining('Block 7') as string });
    expect(failures(chainOf(12, { seed: otherSeed }).blocks)).toEqual({ trust: expect.stringContaining('Block 0') as string });
  });

  it('fails when a block is left out, swapped, or has other transactions', () => {
    expect(failures(blocks.toSpliced(6, 1))).toMatchObject({ links: expect.stringContaining('Block 7') as string });
    expect(failures(blocks.with(6, blocks[7]!).with(7, blocks[6]!))).toHaveProperty('links');
    for (const transactions of [[], [transactionOf(1)], blocks[7]!.transactions!.toReversed(), blocks[7]!.transactions!.with(1, new Uint8Array(9))]) {
      expect(failures(blocks.with(7, { ...blocks[7]!, transactions })).transactions).toContain('Block 7');
    }
  });

  it('notices every changed byte of a block', () => {
    const block = blocks[6]!;
    const changed = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, bytes[at]! ^ 0x10);
    const three = (middle: ChainBlock): readonly ChainBlock[] => [blocks[5]!, middle, blocks[7]!];
    const noticed = (middle: ChainBlock): boolean => verifyHeaderChain(three(middle), { trust }).verdict === 'failed';
    expect(noticed(block)).toBe(false);
    for (let at = 0; at < block.header.length; at++) expect(noticed({ ...block, header: changed(block.header, at) }), `header byte ${at}`).toBe(true);
    const { signature } = block.attestation as NodeAttestation;
    for (let at = 0; at < 64; at++)
      expect(noticed({ ...block, attestation: { kind: 'node', signature: changed(signature, at) } }), `attestation byte ${at}`).toBe(true);
    const transactions = block.transactions!;
    for (let at = 0; at < transactions[1]!.length; at++) {
      expect(noticed({ ...block, transactions: transactions.with(1, changed(transactions[1]!, at)) }), `transaction byte ${at}`).toBe(true);
    }
  });
});

/** Ledgers in a row: one node, then validators who change, then another name. Receipts of all of them are checked with the newest trust bundle alone. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ed25519Sign, ed25519PublicKey } from '#ed25519';
import { unwrap } from '../../src/base/result.ts';
import { continueLedger, type Continued } from '../../src/engine/disk/continue-ledger.ts';
import { exportLedger } from '../../src/engine/disk/export-ledger.ts';
import { encodeFrame, framePayload } from '../../src/engine/disk/blocks/frame.ts';
import type { LedgerDisk } from '../../src/engine/disk/ledger-disk.ts';
import { openLedgerDisk } from '../../src/engine/disk/open.ts';
import { pruneLedger } from '../../src/engine/disk/pruning/prune.ts';
import { trustSource } from '../../src/engine/disk/trust/trust-bundle.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { encodeAttestation, type Attestation } from '../../src/ledger/attestation/attestation.ts';
import { attestCommit } from '../../src/ledger/attestation/cometbft-attestation.ts';
import { decodeTrustBundle, encodeTrustBundle } from '../../src/ledger/attestation/trust-bundle.ts';
import { appHash, signAttestation } from '../../src/ledger/block/header.ts';
import { encodeConsensusSeal } from '../../src/ledger/block/seal.ts';
import { executeBlock } from '../../src/ledger/execution/execute-block.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../../src/ledger/genesis/genesis.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { coseReceiptInput } from '../../src/ledger/receipts/cose-receipt.ts';
import { encodeLedgerReceipt } from '../../src/ledger/receipts/ledger-receipt.ts';
import { checkTransaction } from '../../src/ledger/transaction/check.ts';
import { verifyLedgerReceipt } from '../../src/ledger/verify/ledger.ts';
import { verifyTrustBundle } from '../../src/ledger/verify/trust-bundle.ts';
import { consensusBlock, signers, type Signer } from '../support/consensus.ts';
import { genesis, keyOf, newLedger, NOW, openGrant, openLedger, seedOf, temporaryFolder, transactionOf } from '../support/ledger.ts';

const first = signers({ a: 10 });
const then = signers({ a: 10, b: 3 });

interface Proven {
  readonly receipt: Uint8Array;
  readonly hash: Uint8Array;
}

/** The newest block, by the validators of a consensus height. */
async function attest(disk: LedgerDisk, height: number, by: readonly Signer[], next = by): Promise<Attestation> {
  const block = consensusBlock({ chainId: disk.genesis.chainId, height, signers: by, next, appHash: appHash(disk.head().blockHash) });
  const attestation = unwrap(attestCommit(block));
  await disk.attest(disk.head().height, encodeAttestation(attestation));
  return attestation;
}

/** One transaction in a block of its own, attested by `by`, who are followed by `next`. */
async function addBlock(disk: LedgerDisk, sender: string, operation: Operation, by: readonly Signer[], next = by): Promise<Proven> {
  const { chainId } = disk.genesis;
  const checked = unwrap(checkTransaction(transactionOf(sender, [operation], { chainId }), chainId));
  const execution = executeBlock(disk.state, disk.store, [checked], { time: NOW, proposer: by[0]!.key });
  const { header, headerBytes } = execution;
  expect(execution.results).toEqual([{ ok: true, value: { logIndex: header.logSize - 1 } }]);
  const consensusHeight = 2 * header.height;
  unwrap(await disk.commit(execution, encodeConsensusSeal(consensusHeight)));
  const attestation = await attest(disk, consensusHeight + 1, by, next);
  const receipt = encodeLedgerReceipt({
    receipt: {
      ...disk.inclusion(header.logSize - 1, header.height),
      signature: ed25519Sign(seedOf('issuer'), coseReceiptInput(header.logRoot)),
    },
    header: headerBytes,
    attestation,
    issuer: ed25519PublicKey(seedOf('issuer')),
  });
  return { receipt, hash: checked.hash };
}

const withValidator = (chainId: string): Genesis => ({
  ...genesis,
  chainId,
  engine: 'cometbft',
  proposer: new Uint8Array(0),
  members: [],
  validators: first.map(({ key, power }) => ({ org: 'hospital', key, power })),
});

/** A further ledger of one node on the one in `from`. */
async function another(from: string, directory: string, chainId: string): Promise<Continued> {
  const file = `${directory}.clx`;
  unwrap(await exportLedger(from, file));
  return unwrap(
    await continueLedger({
      from: file,
      directory,
      genesis: (previous) => ({ ...genesis, chainId, members: [], previous }),
      seal: (hash) => signAttestation(hash, seedOf('node')),
    }),
  );
}

async function ofOneNode(directory: string): Promise<Proven> {
  const ledger = await newLedger(directory);
  const { hash, logIndex } = unwrap(await ledger.submit(transactionOf('hospital', [openGrant()])));
  const receipt = await ledger.receipt(logIndex);
  await ledger.close();
  return { receipt, hash };
}

describe('three ledgers in a row', () => {
  it.for(['as they were', 'without index, their old blocks pruned'])('the newest trust bundle leads to all of them: %s', async (how) => {
    using folder = temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    const oldest = await ofOneNode(at('1'));
    unwrap(await exportLedger(at('1'), at('1.clx')));
    const { previous } = unwrap(
      await continueLedger({
        from: at('1.clx'),
        directory: at('2'),
        genesis: (named) => ({ ...withValidator('second'), previous: named }),
        seal: () => encodeConsensusSeal(0),
      }),
    );
    expect(previous).toEqual(['test-ledger']);

    const disk = unwrap(await openLedgerDisk({ directory: at('2') }));
    await attest(disk, 1, first);
    const set = { op: 'validators.set', org: 'clinic', key: then[1]!.key, power: 3 } as const;
    const middle = [
      await addBlock(disk, 'hospital', openGrant(), first),
      await addBlock(disk, 'regulator', set, first, then),
      await addBlock(disk, 'hospital', openGrant(), then),
    ];
    const bundle = await trustSource(disk).bundle();
    expect(verifyTrustBundle(bundle).report.facts).toMatchObject({ changes: 1, validators: 2, previous: ['test-ledger'] });
    await disk.close();
    if (how !== 'as they were') {
      unwrap(await pruneLedger(at('2'), { keep: 0 }));
      rmSync(join(at('2'), 'index'), { recursive: true });
    }

    const continued = await another(at('2'), at('3'), 'third');
    expect(continued).toMatchObject({ previous: ['second', 'test-ledger'] });
    expect(continued.untrusted).toBeUndefined();
    expect(await verifyBlocks({ directory: at('3.clx') })).toMatchObject({ holds: true, chainId: 'second', findings: [] });
    const ledger = await openLedger(at('3'));
    const { hash, logIndex } = unwrap(await ledger.submit(transactionOf('hospital', [openGrant()], { chainId: 'third' })));
    const newest = { hash, receipt: await ledger.receipt(logIndex) };
    const { report, trust } = verifyTrustBundle(await ledger.trustBundle(), genesisHash(encodeGenesis(ledger.genesis)));
    await ledger.close();

    expect(report.facts.previous).toEqual(['second', 'test-ledger']);
    const judged = (proven: Proven) => verifyLedgerReceipt(proven.receipt, proven.hash, trust);
    const wayOf = (proven: Proven): string | undefined => judged(proven).steps.find(({ name }) => name === 'trust')?.detail;
    for (const proven of [oldest, ...middle, newest]) expect(judged(proven).verdict).toBe('held');
    expect(wayOf(oldest)).toContain('third goes on with second, and that with test-ledger.');
    expect(wayOf(middle[2]!)).toContain('third goes on with second.');
    expect(wayOf(newest)).not.toContain('goes on');
    // And not for whoever has only the newest genesis.
    expect(verifyLedgerReceipt(oldest.receipt, oldest.hash, { chainId: 'third', nodeKey: genesis.proposer }).verdict).toBe('failed');
  });

  it('an export that was put in the place of the block file opens, and takes further blocks', async () => {
    using folder = temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    await ofOneNode(at('1'));
    await another(at('1'), at('2'), 'second');
    unwrap(await exportLedger(at('2'), at('2.clx')));
    unwrap(await exportLedger(at('2'), join(at('2'), 'blocks.clg')));
    for (const rebuildIndex of [false, true]) {
      const ledger = await openLedger(at('2'), { rebuildIndex });
      unwrap(await ledger.submit(transactionOf('hospital', [openGrant()], { chainId: 'second' })));
      await ledger.close();
      expect(await verifyBlocks({ directory: at('2') })).toMatchObject({ holds: true, findings: [] });
    }
  });

  it('says so when nothing is attested of the last block', async () => {
    using folder = temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    await ofOneNode(at('1'));
    unwrap(await exportLedger(at('1'), at('1.clx')));
    const options = { from: at('1.clx'), directory: at('2'), seal: () => encodeConsensusSeal(0) };
    unwrap(await continueLedger({ ...options, genesis: (named) => ({ ...withValidator('second'), previous: named }) }));
    const continued = await another(at('2'), at('3'), 'third');
    expect(continued).toMatchObject({ previous: [], untrusted: expect.stringContaining('no attestation') as string });
    const ledger = await openLedger(at('3'));
    expect(verifyTrustBundle(await ledger.trustBundle()).report).toMatchObject({ verdict: 'held', facts: { previous: [] } });
    await ledger.close();
  });

  it('believes no trust bundle in an export that does not follow from its genesis', async () => {
    using folder = temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    await ofOneNode(at('1'));
    await another(at('1'), at('2'), 'second');
    unwrap(await exportLedger(at('2'), at('2.clx')));
    const end = readFileSync(join(at('2'), 'blocks.clg')).length;
    const whole = readFileSync(at('2.clx'));
    const kept = framePayload(whole.subarray(end))!;
    const { genesis: bytes, previous } = unwrap(decodeTrustBundle(new Uint8Array(kept)));
    const { header, attestation } = previous!;
    // Another ledger of the same name and node in the place of the oldest.
    const stranger = encodeTrustBundle({ genesis: encodeGenesis({ ...genesis, proposer: keyOf('another') }), changes: [], previous: null });
    const lie = encodeTrustBundle({ genesis: bytes, changes: [], previous: { bundle: stranger, header, attestation } });
    writeFileSync(at('2.clx'), Buffer.concat([whole.subarray(0, end), encodeFrame('trust', 1, lie)]));
    const { holds, findings } = await verifyBlocks({ directory: at('2.clx') });
    expect([holds, findings.map(({ message }) => message)]).toEqual([false, [expect.stringContaining('trust bundle')]]);
    const { previous: names } = unwrap(
      await continueLedger({
        from: at('2.clx'),
        directory: at('3'),
        genesis: (named) => ({ ...genesis, chainId: 'third', members: [], previous: named }),
        seal: (hash) => signAttestation(hash, seedOf('node')),
      }),
    );
    expect(names).toEqual(['second']);
  });
});

it('of more ledgers than a bundle may have the oldest are left out', { timeout: 60_000 }, async () => {
  using folder = temporaryFolder();
  const at = (number: number): string => join(folder.path, String(number));
  const oldest = await ofOneNode(at(0));
  const names: string[] = ['test-ledger'];
  for (let number = 1; number <= 17; number++) {
    const { previous } = await another(at(number - 1), at(number), `ledger-${number}`);
    expect(previous).toEqual(names.slice(0, 16));
    const bundle = await bundleOf(at(number));
    const { trust } = verifyTrustBundle(bundle);
    expect(verifyLedgerReceipt(oldest.receipt, oldest.hash, trust).verdict).toBe(number <= 16 ? 'held' : 'failed');
    names.unshift(`ledger-${number}`);
  }
});

async function bundleOf(directory: string): Promise<Uint8Array> {
  const ledger = await openLedger(directory);
  try {
    return await ledger.trustBundle();
  } finally {
    await ledger.close();
  }
}

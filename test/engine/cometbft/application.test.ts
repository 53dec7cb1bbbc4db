import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../../../src/base/bytes.ts';
import { decodeCbor } from '../../../src/base/cbor.ts';
import { unwrap } from '../../../src/base/result.ts';
import { errorOfRefusal } from '../../../src/engine/cometbft/application/refusal.ts';
import { appHash } from '../../../src/ledger/block/header.ts';
import { decodeConsensusSeal } from '../../../src/ledger/block/seal.ts';
import { executeBlock, type Execution } from '../../../src/ledger/execution/execute-block.ts';
import { executeGenesis } from '../../../src/ledger/genesis/genesis-block.ts';
import { signClose } from '../../../src/ledger/grants/close.ts';
import { grantStateKey } from '../../../src/ledger/grants/state.ts';
import { memberListStateKey } from '../../../src/ledger/membership/state.ts';
import { decodeTreeProof, verifyTreeProof } from '../../../src/ledger/state/proof.ts';
import { checkTransaction } from '../../../src/ledger/transaction/check.ts';
import { transactionHash } from '../../../src/ledger/transaction/transaction.ts';
import { consensusAddress } from '../../../src/ledger/validators/state.ts';
import { AbciDriver } from '../../support/abci-driver/driver.ts';
import { consensusGenesis, drivenLedger, driverOptions, newConsensusLedger, serveLedger } from '../../support/abci-driver/ledger.ts';
import { genesis as plain, keyOf, memberOf, NOW, openGrant, random, seedOf, temporaryFolder, transactionOf } from '../../support/ledger.ts';

const { chainId } = plain;
let folder: ReturnType<typeof temporaryFolder>;
let ledger: Awaited<ReturnType<typeof drivenLedger>>;
beforeEach(async () => {
  folder = temporaryFolder();
  ledger = await drivenLedger(join(folder.path, 'ledger'));
});
afterEach(async () => {
  ledger.driver.stop();
  await ledger.close();
  folder[Symbol.dispose]();
});

const code = ({ codespace }: { readonly codespace: string }): string => codespace;
const grant = (): Uint8Array => transactionOf('hospital', [openGrant()], { expiryHeight: 5_000 });

/** The core alone, fed with the same blocks. */
function reference() {
  const nodes = new Map<string, Uint8Array>();
  const seen = new Set<string>();
  const keep = (execution: Execution): Execution => {
    for (const { id, bytes } of execution.stateUpdate.nodes) nodes.set(toHex(id), bytes);
    for (const { hash } of execution.accepted) seen.add(toHex(hash));
    return execution;
  };
  const store = { nodes: { get: (id: Uint8Array) => nodes.get(toHex(id)) }, hasTransaction: (hash: Uint8Array) => seen.has(toHex(hash)) };
  let { next: state } = keep(unwrap(executeGenesis(consensusGenesis)));
  return (transactions: readonly Uint8Array[], time: number, proposer: Uint8Array): Execution => {
    const checked = transactions.map((bytes) => checkTransaction(bytes, chainId)).flatMap((each) => (each.ok ? [each.value] : []));
    const execution = executeBlock(state, store, checked, { time, proposer });
    if (execution.accepted.length > 0) ({ next: state } = keep(execution));
    return execution;
  };
}

describe('the ledger as an application of CometBFT', () => {
  it('makes the very headers that the core makes of the same transactions, grouping, times and proposers', async () => {
    const core = reference();
    for (let height = 1; height <= 12; height++) {
      const opened = openGrant();
      const transactions = [
        transactionOf('hospital', [opened, openGrant()]),
        transactionOf('clinic', [signClose(chainId, opened.id, seedOf('control'))]),
        transactionOf('clinic', [signClose(chainId, opened.id, seedOf('control'))]),
        transactionOf('stranger', [openGrant()]),
        ...(height % 4 === 0 ? [random(50)] : []),
      ];
      const time = NOW + height * 777;
      const outcome = (await ledger.driver.block({ transactions, time, decideAnyway: true }))!;
      const proposer = consensusGenesis.validators[height % 3]!.key;
      const { headerBytes, next, results } = core(transactions, time, proposer);
      const block = await ledger.disk.rawBlock(height);
      expect(toHex(block.headerBytes)).toBe(toHex(headerBytes));
      expect(toHex(outcome.appHash)).toBe(toHex(appHash(next.blockHash)));
      expect(outcome.results.map(({ code: number }) => number)).toEqual([0, 0, 1, 1, ...(height % 4 === 0 ? [1] : [])]);
      expect(outcome.results.slice(0, 4).map(code)).toEqual(results.map((result) => (result.ok ? '' : result.error.code)));
      expect(decodeConsensusSeal(block.seal)).toBe(height);
    }
  });

  it('stays as it is on empty blocks and on blocks of which nothing is accepted; then the engine rests', async () => {
    const before = ledger.disk.head();
    await ledger.driver.settle();
    expect(ledger.disk.head()).toEqual(before);
    await ledger.driver.checkTx(grant());
    const outcomes = await ledger.driver.settle();
    expect(outcomes.map(({ results }) => results.length)).toEqual([1, 0]);
    expect(ledger.disk.head().height).toBe(1);
    const refused = await ledger.driver.block({ transactions: [transactionOf('stranger', [openGrant()])] });
    expect(refused!.results.map(code)).toEqual(['ledger.not-a-member']);
    expect(ledger.disk.head().height).toBe(1);
    expect(ledger.application.consensus).toMatchObject({ height: 4, changedAt: 2 });
    expect(await ledger.driver.settle()).toEqual([]);
  });

  it('refuses in CheckTx what can’t be in a block, with code and reason', async () => {
    const known = grant();
    await ledger.driver.checkTx(known);
    await ledger.driver.settle();
    const damaged = Uint8Array.from(grant());
    damaged[40]! ^= 1;
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [new Uint8Array(0), 'ledger.malformed'],
      [random(200), 'ledger.malformed'],
      [random(300_000), 'ledger.too-large'],
      [transactionOf('hospital', [openGrant()], { chainId: 'other' }), 'ledger.wrong-chain'],
      [transactionOf('hospital', [openGrant()], { expiryHeight: 1 }), 'ledger.expired'],
      [transactionOf('hospital', [openGrant()], { expiryHeight: 1_000_000 }), 'ledger.expiry-too-far'],
      [transactionOf('stranger', [openGrant()]), 'ledger.not-a-member'],
      [known, 'ledger.replayed'],
    ];
    for (const [bytes, expected] of cases) {
      const answer = await ledger.driver.checkTx(bytes);
      expect([answer.code, answer.codespace]).toEqual([1, expected]);
      expect(errorOfRefusal(answer)).toMatchObject({ code: expected });
      expect(await ledger.application.check(bytes)).toMatchObject({ ok: false, error: { code: expected } });
    }
    expect((await ledger.driver.checkTx(damaged)).code).toBe(1);
    expect(ledger.driver.mempool).toEqual([]);
  });

  it('goes by the members of the newest block in CheckTx', async () => {
    const govern = (operation: Parameters<typeof transactionOf>[1][number]) =>
      ledger.driver.block({ transactions: [transactionOf('regulator', [operation], { expiryHeight: 5_000 })] });
    const answers = async () =>
      Promise.all(
        ['clinic', 'pharmacy'].map(async (sender) =>
          code(await ledger.driver.checkTx(transactionOf(sender, [openGrant()], { expiryHeight: 5_000 }))),
        ),
      );
    expect(await answers()).toEqual(['', 'ledger.not-a-member']);
    await govern({ op: 'membership.admit', ...memberOf('pharmacy', 'pharmacy') });
    expect(await answers()).toEqual(['', '']);
    await govern({ op: 'membership.suspend', org: 'clinic' });
    expect(await answers()).toEqual(['ledger.not-a-member', '']);
  });

  it('takes a hundred CheckTx at a time, duplicates among them', async () => {
    const transactions = Array.from({ length: 50 }, grant);
    const answers = await Promise.all([...transactions, ...transactions].map((tx) => ledger.driver.checkTx(tx)));
    expect(answers.filter(({ code: number }) => number !== 0)).toEqual([]);
  });

  it('proposes in order what an honest proposer may', async () => {
    const [a, b, late] = [grant(), grant(), transactionOf('hospital', [openGrant()], { expiryHeight: 0 })];
    await ledger.driver.block({ transactions: [a] });
    ledger.driver.mempool.push(random(30), a, b, b, late, transactionOf('stranger', [openGrant()]));
    const outcome = (await ledger.driver.block())!;
    const proposed = ledger.driver.blocks.at(-1)!.transactions.map(toHex);
    expect(proposed.slice(0, 2)).toEqual([toHex(b), toHex(late)]);
    expect(outcome.results.map(code)).toEqual(['', 'ledger.expired', 'ledger.not-a-member']);
  });

  it('votes against proposals that no honest proposer makes, and survives that they are decided', async () => {
    const known = grant();
    await ledger.driver.block({ transactions: [known] });
    const damaged = Uint8Array.from(grant());
    damaged[damaged.length - 3]! ^= 1;
    const fresh = grant();
    for (const transactions of [
      [random(100)],
      [damaged],
      [known],
      [fresh, fresh],
      [transactionOf('hospital', [openGrant()], { chainId: 'other' })],
    ]) {
      const { height } = ledger.driver;
      expect(await ledger.driver.block({ transactions })).toBeUndefined();
      expect(ledger.driver.height).toBe(height);
      const decided = (await ledger.driver.block({ transactions, decideAnyway: true }))!;
      expect(decided.results.at(-1)!.code).toBe(1);
    }
    expect(ledger.disk.head().logSize).toBe(2);
  });

  it('is brought up to date by replays from any height, with the same hashes', async () => {
    const copies: string[] = [];
    for (let height = 1; height <= 9; height++) {
      await ledger.driver.block({ transactions: height % 3 === 0 ? [] : [grant(), transactionOf('stranger', [openGrant()])] });
      await ledger.disk.flush();
      const copy = join(folder.path, `copy-${height}`);
      cpSync(ledger.disk.directory, copy, { recursive: true, filter: (path) => !/abci\.sock|lock$/.test(path) });
      copies.push(copy);
    }
    const fresh = join(folder.path, 'fresh');
    await newConsensusLedger(fresh);
    const { blockHash } = ledger.disk.head();
    const replays: number[] = [];
    for (const copy of [fresh, ...copies]) {
      const other = await serveLedger(copy);
      // The same engine with its blocks, another application.
      const driver = ledger.driver.withApplication(other.socketPath);
      replays.push(await driver.start());
      expect(toHex(other.disk.head().blockHash)).toBe(toHex(blockHash));
      driver.stop();
      await other.close();
    }
    expect(replays).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  it('answers whoever waits in this process when the block is durable, or the transaction never can be in one', async () => {
    const good = grant();
    const twice = openGrant();
    const [first, second] = [transactionOf('hospital', [twice]), transactionOf('clinic', [twice])];
    const dying = transactionOf('hospital', [openGrant()], { expiryHeight: 1 });
    const waits = [good, first, second, dying].map(async (bytes) => ledger.application.decided(unwrap(await ledger.application.check(bytes))));
    await Promise.all([good, first, second].map((bytes) => ledger.driver.checkTx(bytes)));
    await ledger.driver.settle();
    const [one, two, three, four] = await Promise.all(waits);
    expect(one).toMatchObject({ ok: true, value: { height: 1, logIndex: 0 } });
    expect(toHex(unwrap(one!).hash)).toBe(toHex(transactionHash(good)));
    expect(two!.ok).toBe(true);
    expect(three).toMatchObject({ ok: false, error: { code: 'ledger.grant-exists' } });
    expect(four).toMatchObject({ ok: false, error: { code: 'ledger.expired' } });
  });

  it('tells those who wait that it is closed', async () => {
    const wait = ledger.application.decided(unwrap(await ledger.application.check(grant())));
    ledger.application.close();
    expect(await wait).toMatchObject({ ok: false, error: { code: 'engine.closed' } });
  });

  it('keeps what validators did against the rules, over restarts', async () => {
    const offender = consensusGenesis.validators[1]!;
    const misbehavior = [
      {
        type: 1,
        height: 4n,
        time: { seconds: 1_780_000_000n, nanos: 5_000_000 },
        validator: { address: consensusAddress(offender.key), power: 10n },
        totalVotingPower: 30n,
      },
    ];
    await ledger.driver.block({ misbehavior });
    await ledger.driver.block({ misbehavior });
    // What this node saw itself, twice, and of somebody whom nobody knows.
    const seen = { address: consensusAddress(offender.key), height: 9, time: 1_780_000_001_000 };
    const stranger = { ...seen, address: new Uint8Array(20).fill(7) };
    expect(ledger.application.suspect([seen])).toMatchObject([{ kind: 'wrong-app-hash', organisation: 'clinic', height: 9 }]);
    expect(ledger.application.suspect([seen, stranger])).toMatchObject([{ kind: 'wrong-app-hash', key: stranger.address, organisation: undefined }]);
    const expected = [
      { kind: 'wrong-app-hash', key: stranger.address, organisation: undefined, height: 9, time: 1_780_000_001_000 },
      { kind: 'wrong-app-hash', key: offender.key, organisation: 'clinic', height: 9, time: 1_780_000_001_000 },
      { kind: 'duplicate-vote', key: offender.key, organisation: 'clinic', height: 4, time: 1_780_000_000_005 },
    ];
    expect(ledger.application.misbehaviour).toEqual(expected);
    await ledger.close();
    const again = await serveLedger(ledger.disk.directory);
    expect(again.application.misbehaviour.map(({ key, ...rest }) => ({ ...rest, key: toHex(key) }))).toEqual(
      expected.map(({ key, ...rest }) => ({ ...rest, key: toHex(key) })),
    );
    Object.assign(ledger, again);
  });

  it('tells the consensus which validators come, change and go, and finds their keys as proposers afterwards', async () => {
    const set = (org: string, key: Uint8Array, power: number) =>
      transactionOf('regulator', [{ op: 'validators.set', org, key, power }], { expiryHeight: 5_000 });
    const [was, is] = [consensusGenesis.validators[1]!.key, keyOf('clinic, new machine')];
    const outcome = (await ledger.driver.block({
      transactions: [set('clinic', is, 7), set('hospital', consensusGenesis.validators[0]!.key, 12), grant()],
    }))!;
    expect(outcome.results.map(code)).toEqual(['', '', '']);
    const said = outcome.validatorUpdates.map(({ pubKey, power }) => [toHex(pubKey.ed25519!), Number(power)] as const);
    const expected: readonly (readonly [Uint8Array, number])[] = [
      [was, 0],
      [is, 7],
      [consensusGenesis.validators[0]!.key, 12],
    ];
    expect(said).toEqual(expected.map(([key, power]) => [toHex(key), power] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    // Both the old key, which proposes for two more heights, and the new one are known by their addresses.
    for (const key of [was, is]) {
      const proposerAddress = consensusAddress(key);
      const { height } = (await ledger.driver.block({ transactions: [grant()], proposerAddress }))!;
      expect(toHex((await ledger.disk.rawBlock(height)).header.proposer)).toBe(toHex(key));
    }
    await expect(ledger.driver.block({ transactions: [grant()], proposerAddress: random(20) })).rejects.toThrow(/is no validator of this ledger/);
  });

  it('lets the engine forget old blocks, but none that a replay or a joining node may need', async () => {
    const retained: number[] = [];
    await ledger.close();
    Object.assign(ledger, await serveLedger(ledger.disk.directory, { retainBlocks: 2 }));
    await ledger.driver.start();
    const next = async (transactions: readonly Uint8Array[]): Promise<void> => {
      retained.push((await ledger.driver.block({ transactions }))!.retainHeight);
    };
    for (let height = 1; height <= 4; height++) await next([grant()]);
    for (let height = 5; height <= 8; height++) await next([]);
    expect(retained).toEqual([0, 0, 1, 2, 3, 4, 4, 4]);
    unwrap(await ledger.disk.takeSnapshot());
    for (let height = 9; height <= 12; height++) await next([grant()]);
    expect(retained.slice(8)).toEqual([4, 4, 4, 4]);
  });

  it('lets the engine forget the blocks with the ledger’s transactions, when they are older than evidence and trust', async () => {
    await ledger.close();
    Object.assign(ledger, await serveLedger(ledger.disk.directory, {}, { retain: { blocks: 5 }, pruneAtLeast: 3 }));
    await ledger.driver.start();
    let time = consensusGenesis.time;
    const saidOf = (height: number): Uint8Array => Uint8Array.of(7, height);
    const next = async (later: number): Promise<{ readonly retained: number; readonly prunedUpTo: number }> => {
      const { retainHeight } = (await ledger.driver.block({ transactions: [grant()], time: (time += later) }))!;
      // What others say of a block comes behind it, while the files are being made anew too.
      await ledger.disk.attest(ledger.disk.head().height, saidOf(ledger.disk.head().height));
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { retained: retainHeight, prunedUpTo: ledger.disk.retention.prunedUpTo ?? -1 };
    };
    const young = [];
    for (let height = 1; height <= 20; height++) young.push(await next(60_000));
    expect(young.at(-1)!.prunedUpTo).toBeGreaterThan(5);
    expect(new Set(young.map(({ retained }) => retained))).toEqual(new Set([0]));
    await next(15 * 86_400_000);
    const old = [];
    for (let height = 22; height <= 40; height++) old.push(await next(60_000));
    const { retained, prunedUpTo } = old.at(-1)!;
    expect(prunedUpTo).toBeGreaterThan(21);
    expect(prunedUpTo).toBeLessThanOrEqual(35);
    // The first that is young.
    expect(retained).toBe(21);
    for (let height = 1; height <= 40; height++) expect(await ledger.disk.attestation(height), `of ${height}`).toEqual(saidOf(height));
  });

  it('hands out snapshots when their headers can be verified, under the height of the consensus', async () => {
    const { driver } = ledger;
    await driver.block({ transactions: [] });
    await driver.block({ transactions: [grant()] });
    const info = unwrap(await ledger.disk.takeSnapshot());
    expect((await driver.snapshots.list()).snapshots).toEqual([]);
    await driver.block();
    await driver.block();
    const { snapshots } = await driver.snapshots.list();
    expect(snapshots).toMatchObject([{ height: 2n, format: 1, chunks: info.chunks }]);
    expect(toHex(snapshots[0]!.metadata)).toBe(toHex(info.manifest));
    for (let chunk = 0; chunk < info.chunks; chunk++) {
      const loaded = (await driver.snapshots.load({ height: 2n, format: 1, chunk })).chunk;
      expect(toHex(loaded)).toBe(toHex((await ledger.disk.snapshotChunk(info.height, chunk))!));
    }
    for (const wrong of [{ height: 1n }, { chunk: 99 }, { format: 7 }, { height: 2n ** 62n }])
      expect((await driver.snapshots.load({ height: 2n, format: 1, chunk: 0, ...wrong })).chunk).toHaveLength(0);
    // It takes no other ledger than the one it has.
    expect((await driver.snapshots.offer({ snapshot: snapshots[0]!, appHash: random(32) })).result).toBe(3);
    expect((await driver.snapshots.apply({ index: 0, chunk: random(10), sender: 'peer' })).result).toBe(2);
  });

  it('answers queries, and whatever else comes that way, with a code', async () => {
    const opened = openGrant();
    await ledger.driver.checkTx(transactionOf('hospital', [opened]));
    await ledger.driver.settle();
    const head = ledger.disk.head();
    const said = unwrap(decodeCbor((await ledger.driver.query('head')).value)) as typeof head & { consensusHeight: number };
    expect(said).toMatchObject({ height: 1, consensusHeight: 2, chainId });
    expect(toHex(said.appHash)).toBe(toHex(head.appHash));

    const proven = await ledger.driver.query('/state', grantStateKey(opened.id), { prove: true });
    const proof = unwrap(decodeTreeProof(proven.proofOps!.ops[0]!.data));
    expect(verifyTreeProof(head.stateRoot, grantStateKey(opened.id), proven.value, proof).ok).toBe(true);
    const absent = await ledger.driver.query('state', utf8('grants/none'), { prove: true });
    expect(verifyTreeProof(head.stateRoot, utf8('grants/none'), undefined, unwrap(decodeTreeProof(absent.proofOps!.ops[0]!.data))).ok).toBe(true);
    expect(toHex((await ledger.driver.query('state', memberListStateKey)).value)).toBe(toHex((await ledger.disk.get(memberListStateKey))!));
    expect(unwrap(decodeCbor((await ledger.driver.query('receipt', utf8('0'))).value))).toMatchObject({ size: 1, index: 0, attestation: null });
    const { hash } = (await ledger.disk.transactionAt(0))!;
    expect((await ledger.driver.query('transaction', hash)).height).toBe(1n);

    const hostile: readonly (readonly [string, Uint8Array, { height?: bigint; prove?: boolean }?])[] = [
      ['', new Uint8Array(0)],
      ['constructor', random(5)],
      ['__proto__', random(5)],
      ['state', random(257)],
      ['state', utf8('x'), { height: -5n }],
      ['state', utf8('x'), { height: 2n ** 62n, prove: true }],
      ['state', utf8('x'), { height: 99n }],
      ['receipt', new Uint8Array(0)],
      ['receipt', utf8('-1')],
      ['receipt', utf8('99999999999999999999')],
      ['receipt', utf8('12')],
      ['receipt', Uint8Array.of(0xff, 0xfe)],
      ['transaction', random(3)],
      ['/'.repeat(10_000), random(10)],
    ];
    for (const [path, data, rest] of hostile) {
      const answer = await ledger.driver.query(path, data, rest);
      expect([path.slice(0, 20), answer.code]).toEqual([path.slice(0, 20), 1]);
      expect(answer.codespace).toMatch(/^(cometbft|engine)\./);
    }
  });

  it.each([
    ['chain', { chainId: 'other' }],
    ['genesis', { appState: utf8('"00"') }],
    ['app state that is not JSON', { appState: random(9) }],
    ['validators', { validators: consensusGenesis.validators.slice(1) }],
    ['first height', { initialHeight: 2n }],
    ['power', { validators: consensusGenesis.validators.map((each) => ({ ...each, power: 11 })) }],
  ])('does not begin with a consensus of another %s', async (_, changes) => {
    const driver = new AbciDriver({ ...driverOptions(ledger.socketPath), ...changes });
    await expect(driver.start()).rejects.toThrow(/initChain failed: The consensus engine was set up for another ledger/);
  });

  it('refuses what does not follow from what was before', async () => {
    await ledger.driver.block();
    const skipping = new AbciDriver(driverOptions(ledger.socketPath));
    await expect(skipping.start()).rejects.toThrow(/the application says 1/);
    ledger.driver.blocks.push({ ...ledger.driver.blocks[0]!, height: 3 }, { ...ledger.driver.blocks[0]!, height: 3 });
    await expect(ledger.driver.start()).rejects.toThrow(/FinalizeBlock 3 after Commit 1/);
    ledger.driver.blocks.splice(1);
    expect(await ledger.driver.start()).toBe(0);
  });

  it('loses nothing and changes nothing twice when the connections are cut at any boundary of any call', async () => {
    const acknowledged: Uint8Array[] = [];
    let cutAt = 0;
    let passed = 0;
    class Cut extends Error {}
    const atBoundary = (): void => {
      if (passed++ === cutAt) {
        passed = Number.NEGATIVE_INFINITY;
        throw new Cut();
      }
    };
    const driver = new AbciDriver({ ...driverOptions(ledger.socketPath), atBoundary });
    ledger.driver.stop();
    let cuts = 0;
    for (let round = 0; round < 80; round++) {
      passed = 0;
      cutAt = round % 24;
      try {
        await driver.start();
        const tx = grant();
        await driver.checkTx(tx);
        const outcome = await driver.block();
        if (outcome?.results[0]?.code === 0) acknowledged.push(...driver.blocks.at(-1)!.transactions);
        await driver.block({ transactions: [] });
      } catch (cause) {
        if (!(cause instanceof Cut)) throw cause;
        cuts++;
        driver.stop();
        if (round % 3 === 0) await turn();
      }
    }
    passed = Number.NEGATIVE_INFINITY;
    await driver.start();
    expect(cuts).toBeGreaterThan(60);
    expect(acknowledged.length).toBeGreaterThan(5);
    for (const tx of acknowledged) expect(await ledger.disk.transaction(transactionHash(tx))).toBeDefined();
    driver.stop();
  });
});

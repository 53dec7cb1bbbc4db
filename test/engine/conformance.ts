/** What every engine's ledger client does, whatever orders the transactions. One `describe` per engine calls it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../src/base/cbor.ts';
import { unwrap } from '../../src/base/result.ts';
import { decodeBlock } from '../../src/ledger/block/block.ts';
import { appHash, headerHash } from '../../src/ledger/block/header.ts';
import type { BlockView, LedgerClient } from '../../src/ledger/client.ts';
import { governanceNow, proposalNow, proposalsNow } from '../../src/ledger/governance/history.ts';
import type { Action } from '../../src/ledger/governance/operations.ts';
import { signClose } from '../../src/ledger/grants/close.ts';
import { decodeGrant, grantStateKey } from '../../src/ledger/grants/state.ts';
import { decodeMember, decodeMemberList, memberListStateKey, memberStateKey } from '../../src/ledger/membership/state.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { rootFromInclusion } from '../../src/ledger/proofs/merkle-log.ts';
import { decodeLedgerReceipt } from '../../src/ledger/receipts/ledger-receipt.ts';
import { verifyStateProof } from '../../src/ledger/state/state-proof.ts';
import { transactionHash, transactionLeaf } from '../../src/ledger/transaction/transaction.ts';
import type { Trust } from '../../src/ledger/attestation/trust.ts';
import { genesis, NOW, openGrant, random, seedOf, transactionOf } from '../support/ledger.ts';

export interface EngineUnderTest {
  /** A new ledger with chain id, members and policy of the genesis in `support/ledger.ts`. */
  open(): Promise<LedgerClient>;
  close(): Promise<void>;
  /** Days since 1970, by the clock of its blocks. */
  readonly today: number;
  /** Whose key is in every header. */
  readonly proposer: Uint8Array;
  /** Whom a verifier of this ledger believes, and somebody else. */
  readonly trust: Trust;
  readonly otherTrust: Trust;
}

export function ledgerClientConformance(engine: () => EngineUnderTest): void {
  let ledger: LedgerClient;
  let under: EngineUnderTest;
  beforeAll(async () => {
    under = engine();
    ledger = await under.open();
  });
  afterAll(() => under.close());

  const grantToday = () => openGrant({ expiryDay: under.today + 30 });
  const expiryHeight = () => ledger.head().height + 100;
  const transaction = (sender = 'hospital', operations = [grantToday()]) => transactionOf(sender, operations, { expiryHeight: expiryHeight() });
  const submit = async (bytes: Uint8Array) => unwrap(await ledger.submit(bytes));

  it('starts at height 0 with the members of the genesis', async () => {
    expect(ledger.head()).toMatchObject({ chainId: genesis.chainId, height: 0, logSize: 0, time: NOW });
    expect(decodeMemberList(await ledger.get(memberListStateKey))).toEqual(['hospital', 'clinic', 'regulator']);
  });

  it('answers a transaction when it is in a block, with its place', async () => {
    const bytes = transaction();
    const before = ledger.head();
    const committed = await submit(bytes);
    expect(committed).toMatchObject({ logIndex: before.logSize, height: before.height + 1 });
    expect(toHex(committed.hash)).toBe(toHex(transactionHash(bytes)));
    expect(ledger.head()).toMatchObject({ height: committed.height, logSize: committed.logIndex + 1, time: committed.time });
    for (const view of [await ledger.transaction(committed.hash), await ledger.transactionAt(committed.logIndex)]) {
      expect(view).toMatchObject({ height: committed.height, logIndex: committed.logIndex });
      expect(toHex(view!.bytes)).toBe(toHex(bytes));
    }
    const block = await ledger.block(committed.height);
    expect(block!.transactions.map(toHex)).toEqual([toHex(bytes)]);
    expect(toHex(block!.hash)).toBe(toHex(ledger.head().blockHash));
    expect(toHex(block!.previousHash)).toBe(toHex(before.blockHash));
    expect(block!.proposer).toBe(toHex(under.proposer));
    const { headerBytes } = unwrap(decodeBlock(block!.bytes));
    expect(toHex(appHash(headerHash(headerBytes)))).toBe(toHex(ledger.head().appHash));
  });

  it('says why a transaction is refused, and nothing of it stays', async () => {
    const head = ledger.head();
    const outcome = async (bytes: Uint8Array) => {
      const result = await ledger.submit(bytes);
      return result.ok ? 'accepted' : result.error.code;
    };
    expect(await outcome(new Uint8Array(0))).toBe('ledger.malformed');
    expect(await outcome(random(300_000))).toBe('ledger.too-large');
    expect(await outcome(transaction('stranger'))).toBe('ledger.not-a-member');
    expect(await outcome(transactionOf('hospital', [grantToday()], { chainId: 'other' }))).toBe('ledger.wrong-chain');
    expect(await outcome(transactionOf('hospital', [grantToday()], { expiryHeight: 0 }))).toBe('ledger.expired');
    expect(await outcome(transactionOf('hospital', [grantToday()], { expiryHeight: 1_000_000 }))).toBe('ledger.expiry-too-far');
    const parts = unwrap(decodeCbor(transaction())) as Uint8Array[];
    parts[1]![40]! ^= 1;
    expect(await outcome(encodeCbor(parts))).toBe('ledger.bad-signature');
    expect(ledger.head()).toEqual(head);
  });

  it('takes a transaction once, also when it is sent many times at the same moment', async () => {
    const bytes = transaction();
    const results = await Promise.all(Array.from({ length: 5 }, () => ledger.submit(bytes)));
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    for (const result of [...results, await ledger.submit(bytes)].filter((other) => !other.ok))
      expect(result).toMatchObject({ error: { code: 'ledger.replayed' } });
  });

  it('settles every one of many concurrent transactions, each in its own place', async () => {
    const size = ledger.head().logSize;
    const sent = Array.from({ length: 200 }, (_, i) => transaction(i % 3 === 0 ? 'clinic' : 'hospital'));
    const committed = await Promise.all(sent.map(submit));
    expect(committed.map(({ logIndex }) => logIndex).sort((a, b) => a - b)).toEqual(sent.map((_, i) => size + i));
    for (const [i, { logIndex }] of committed.entries())
      if (i % 40 === 0) expect(toHex((await ledger.transactionAt(logIndex))!.bytes)).toBe(toHex(sent[i]!));
  });

  it('gives receipts that lead from the transaction to the block’s root', async () => {
    const [first, last] = [0, ledger.head().logSize - 1];
    for (const logIndex of [first, last]) {
      const { hash } = (await ledger.transactionAt(logIndex))!;
      const { receipt, header } = unwrap(decodeLedgerReceipt(await ledger.receipt(logIndex)));
      const root = rootFromInclusion({ leaf: transactionLeaf(hash), index: receipt.index, size: receipt.size, path: receipt.path });
      expect(toHex(root!)).toBe(toHex(header.logRoot));
      expect(receipt).toMatchObject({ index: logIndex, size: header.logSize });
    }
    await expect(ledger.receipt(last + 1)).rejects.toMatchObject({ code: 'engine.unknown-transaction' });
  });

  it('proves what is in the state, what is not, and what was', async () => {
    const grant = grantToday();
    const key = grantStateKey(grant.id);
    const absent = await ledger.prove(key);
    expect(absent.value).toBeUndefined();
    expect(verifyStateProof(absent.proof, key, undefined, under.trust).ok).toBe(true);
    expect(verifyStateProof(absent.proof, key, utf8('x'), under.trust).ok).toBe(false);

    const opened = await submit(transaction('hospital', [grant]));
    const closed = await submit(transactionOf('clinic', [signClose(genesis.chainId, grant.id, seedOf('control'))], { expiryHeight: expiryHeight() }));
    const was = await ledger.prove(key, opened.height);
    expect(unwrap(decodeGrant(was.value!)).closedHeight).toBe(0);
    expect(unwrap(verifyStateProof(was.proof, key, was.value, under.trust))).toMatchObject({ height: opened.height });
    const is = await ledger.prove(key);
    expect(unwrap(decodeGrant(is.value!)).closedHeight).toBe(closed.height);
    expect(verifyStateProof(is.proof, key, was.value, under.trust).ok).toBe(false);
    expect(verifyStateProof(is.proof, key, is.value, under.otherTrust).ok).toBe(false);
    expect(await ledger.get(key, opened.height - 1)).toBeUndefined();
    expect(toHex((await ledger.get(key, opened.height))!)).toBe(toHex(was.value!));
  });

  it('knows nothing of what there is not', async () => {
    expect(await ledger.block(ledger.head().height + 1)).toBeUndefined();
    expect(await ledger.block(-1)).toBeUndefined();
    expect(await ledger.transaction(random(32))).toBeUndefined();
    expect(await ledger.transactionAt(ledger.head().logSize)).toBeUndefined();
    expect(await ledger.get(memberStateKey('nobody'))).toBeUndefined();
    await expect(ledger.get(memberListStateKey, ledger.head().height + 1)).rejects.toMatchObject({ code: 'engine.height-unknown' });
  });

  it('tells subscribers of every block from now on, in order, until they leave', async () => {
    const leave = new AbortController();
    const from = ledger.head().height + 1;
    const seen: BlockView[] = [];
    const follow = async (): Promise<void> => {
      for await (const block of stream) {
        seen.push(block);
        if (seen.length === 3) leave.abort();
      }
    };
    const stream = ledger.blocks(leave.signal);
    for (let i = 0; i < 2; i++) await submit(transaction());
    const following = follow();
    for (let i = 0; i < 3; i++) await submit(transaction());
    await following;
    expect(seen.map(({ height }) => height)).toEqual([from, from + 1, from + 2]);
  });
  it('executes a proposal in the block of the deciding vote; a suspended member is refused from the next block on', async () => {
    const send = (sender: string, operation: Operation) => ledger.submit(transactionOf(sender, [operation], { expiryHeight: expiryHeight() }));
    const statusOf = async (height?: number) => unwrap(decodeMember((await ledger.get(memberStateKey('clinic'), height))!)).status;
    const propose = async (action: Action): Promise<number> => {
      unwrap(await send('hospital', { op: 'governance.propose', action }));
      return (await governanceNow(ledger)).proposals;
    };
    const suspension = await propose({ op: 'membership.suspend', org: 'clinic' });
    expect(await statusOf()).toBe('active');
    expect((await send('clinic', { op: 'governance.vote', proposal: suspension, vote: 'reject' })).ok).toBe(true);
    const deciding = unwrap(await send('regulator', { op: 'governance.vote', proposal: suspension, vote: 'approve' }));
    expect(await statusOf(deciding.height - 1)).toBe('active');
    expect(await statusOf(deciding.height)).toBe('suspended');
    expect(await ledger.submit(transaction('clinic'))).toMatchObject({ ok: false, error: { code: 'ledger.not-a-member' } });
    expect(await proposalNow(ledger, suspension)).toMatchObject({
      status: 'executed',
      closedHeight: deciding.height,
      tally: { approvals: 2, rejections: 1 },
      votes: [
        { org: 'hospital', vote: 'approve' },
        { org: 'clinic', vote: 'reject', active: false },
        { org: 'regulator', vote: 'approve' },
      ],
    });

    const back = await propose({ op: 'membership.reinstate', org: 'clinic' });
    unwrap(await send('regulator', { op: 'governance.vote', proposal: back, vote: 'approve' }));
    expect((await ledger.submit(transaction('clinic'))).ok).toBe(true);
    expect((await proposalsNow(ledger, undefined, 2)).map(({ number, status }) => [number, status])).toEqual([
      [back, 'executed'],
      [suspension, 'executed'],
    ]);
  });
}

import { expect, it } from 'vitest';
import { verifiedTransactions } from '../../../src/engine/cometbft/application/verified-transactions.ts';
import { signatureVerifier } from '../../../src/engine/disk/signatures.ts';
import { genesis, openGrant, transactionOf } from '../../support/ledger.ts';

function counted(limits?: Parameters<typeof verifiedTransactions>[2]) {
  const verify = signatureVerifier();
  const count = { signatures: 0 };
  const cache = verifiedTransactions(
    genesis.chainId,
    (...signed) => {
      count.signatures++;
      return verify(...signed);
    },
    limits,
  );
  return { cache, count };
}

const grants = (count: number) => Array.from({ length: count }, () => transactionOf('hospital', [openGrant()]));

it('verifies a signature once, also when the transaction comes many times at once, and gives the same transaction', async () => {
  const { cache, count } = counted();
  const [bytes] = grants(1);
  const all = await Promise.all([cache.check(bytes!), cache.check(Uint8Array.from(bytes!)), cache.check(bytes!)]);
  await cache.checkAll([bytes!, bytes!]);
  expect(all.every(({ ok }) => ok)).toBe(true);
  expect(count.signatures).toBe(1);
});

it('takes nothing for verified that only begins alike', async () => {
  const { cache, count } = counted();
  const [bytes] = grants(1);
  await cache.check(bytes!);
  for (const at of [bytes!.length - 1, bytes!.length - 20, 300, 40]) {
    const changed = Uint8Array.from(bytes!);
    changed[at]! ^= 1;
    expect((await cache.check(changed)).ok, `byte ${at}`).toBe(false);
    expect((await cache.check(changed)).ok, `byte ${at} again`).toBe(false);
  }
  expect((await cache.check(bytes!.subarray(0, -1))).ok).toBe(false);
  const before = count.signatures;
  expect((await cache.check(bytes!)).ok).toBe(true);
  expect(count.signatures).toBe(before);
});

it('keeps the first as a whole, remembers of the newest others that they were verified, and verifies the rest again', async () => {
  const { cache, count } = counted({ transactions: 4, bytes: 1_000_000, operations: 1_000, remembered: 5 });
  const bytes = grants(12);
  // One after the other: of those checked side by side, any may be done first.
  for (const each of bytes) expect((await cache.check(each)).ok).toBe(true);
  expect(count.signatures).toBe(12);
  expect((await cache.checkAll([...bytes.slice(0, 4), ...bytes.slice(7)])).every(({ ok }) => ok)).toBe(true);
  expect(count.signatures).toBe(12);
  await cache.checkAll(bytes.slice(4, 7));
  expect(count.signatures).toBe(15);
});

it('keeps no more operations than it may, in however few transactions', async () => {
  const batch = () => transactionOf('hospital', Array.from({ length: 10 }, openGrant));
  const bytes = [batch(), batch(), batch()];
  const { cache, count } = counted({ transactions: 100, bytes: 1_000_000, operations: 20, remembered: 0 });
  for (const each of bytes) await cache.check(each);
  // There is room for two.
  await cache.check(bytes[0]!);
  await cache.check(bytes[1]!);
  expect(count.signatures).toBe(3);
  await cache.check(bytes[2]!);
  expect(count.signatures).toBe(4);
});

it('finds a proposal again, whether or not there is room, until another one comes', async () => {
  const { cache, count } = counted({ transactions: 1, bytes: 1_000_000, operations: 1_000, remembered: 0 });
  const bytes = grants(3);
  cache.expect(await cache.checkAll(bytes));
  await cache.checkAll(bytes);
  expect(count.signatures).toBe(3);
  cache.expect([]);
  await cache.checkAll(bytes);
  expect(count.signatures).toBe(5);
});

it('gives the room of what was in none of many blocks to others', async () => {
  const { cache, count } = counted({ transactions: 1, bytes: 1_000_000, operations: 1_000, remembered: 0 });
  const [lost, next] = grants(2);
  await cache.check(lost!);
  for (let block = 0; block < 15; block++) cache.forget([]);
  await cache.check(lost!);
  expect(count.signatures).toBe(1);
  cache.forget([]);
  await cache.check(next!);
  await cache.check(next!);
  expect(count.signatures).toBe(2);
});

it('is not made to keep what the engine’s memory is used for next', async () => {
  const { cache } = counted();
  const [bytes] = grants(1);
  const shared = Uint8Array.from(bytes!);
  const checked = await cache.check(shared);
  shared.fill(0);
  expect(checked.ok && Buffer.compare(checked.value.bytes, bytes!)).toBe(0);
});

it('forgets what is in a block', async () => {
  const { cache, count } = counted();
  const bytes = grants(3);
  cache.forget(await cache.checkAll(bytes));
  await cache.checkAll(bytes);
  expect(count.signatures).toBe(6);
});

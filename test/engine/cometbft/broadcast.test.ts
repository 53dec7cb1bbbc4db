/** Bringing transactions to an engine that is full, away, or has forgotten them: each gets there, and none is sent once it is decided. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { codedError } from '../../../src/base/errors.ts';
import { fail, ok, type Result } from '../../../src/base/result.ts';
import { broadcast, type Broadcast } from '../../../src/engine/cometbft/broadcast.ts';
import { cometbftErrors } from '../../../src/engine/cometbft/errors.ts';
import type { Call, RpcClient } from '../../../src/engine/cometbft/rpc/client.ts';

type Answer = Result<readonly Result<unknown>[]>;

/** What each call had in it, by the first byte of each transaction. */
let calls: number[][];
let answer: (transactions: readonly number[]) => Answer;
let sending: Broadcast;

const refused = (words: string) => fail(codedError(cometbftErrors, 'cometbft.refused', { message: words }));
const away: Answer = fail(codedError(cometbftErrors, 'cometbft.unreachable'));
const taken = (transactions: readonly number[]): Answer => ok(transactions.map(() => ok({})));

beforeEach(() => {
  calls = [];
  answer = taken;
  const rpc = {
    async batch(batch: readonly Call[]): Promise<Answer> {
      const sent = batch.map(({ method, params }) => {
        if (method !== 'broadcast_tx_async') throw new Error(`another method: ${method}`);
        return Buffer.from(String(params['tx']), 'base64')[0]!;
      });
      calls.push(sent);
      return answer(sent);
    },
  } as Partial<RpcClient> as RpcClient;
  sending = broadcast(rpc);
});
afterEach(() => sending.close());

const hashOf = (number: number): Uint8Array => new Uint8Array(32).fill(number);
const add = (...numbers: readonly number[]): void => numbers.forEach((number) => sending.add(hashOf(number), Uint8Array.of(number, 0, 0)));
/** All sends so far, those before `since` left out. */
const sent = (since = 0): number[] => calls.slice(since).flat();

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 500) throw new Error(`not seen: ${what} (${JSON.stringify(calls)})`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('sends together what comes together, once', async () => {
  add(1, 2, 3);
  add(2);
  await until('three', () => sent().length === 3);
  expect(calls).toEqual([[1, 2, 3]]);
  expect(sending.waiting).toEqual({ transactions: 3, bytes: 9 });
});

it('sends again, in order, what the engine may have lost, and not what is decided', async () => {
  add(1, 2, 3);
  await until('three', () => sent().length === 3);
  sending.remove(hashOf(2));
  expect(sending.waiting).toEqual({ transactions: 2, bytes: 6 });
  sending.sendAllAgain();
  await until('the two that wait', () => sent(1).length === 2);
  expect(sent(1)).toEqual([1, 3]);
});

it('tries again while the engine is away, and forgets what is decided meanwhile', async () => {
  answer = () => away;
  add(1, 2);
  await until('one try', () => calls.length === 1);
  sending.remove(hashOf(1));
  answer = taken;
  await until('another', () => calls.length === 2);
  expect(calls[1]).toEqual([2]);
});

it('tries again what alone was refused, as by a mempool that is full, and takes for sent what the engine has already', async () => {
  answer = (transactions) =>
    ok(transactions.map((each) => (each === 2 ? refused('mempool is full') : each === 3 ? refused('tx already exists in cache') : ok({}))));
  add(1, 2, 3);
  await until('a second try', () => calls.length >= 2);
  expect(calls[1]).toEqual([2]);
  answer = taken;
  const before = calls.length;
  await until('one that is taken', () => calls.length > before);
  sending.sendAllAgain();
  await until('all again', () => sent(before + 1).length >= 3);
  expect(new Set(sent(before + 1))).toEqual(new Set([1, 2, 3]));
});

it('sends nothing any more when it is closed', async () => {
  answer = () => away;
  add(1);
  await until('one try', () => calls.length === 1);
  sending.close();
  sending.sendAllAgain();
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(calls).toHaveLength(1);
});

/** Who waits for a transaction: everybody is answered, once, with what became of it. */
import { expect, it } from 'vitest';
import { ok } from '../../../src/base/result.ts';
import { waiters } from '../../../src/engine/cometbft/application/waiters.ts';
import { random } from '../../support/ledger.ts';

const outcome = (hash: Uint8Array) => ok({ hash, height: 3, time: 5, logIndex: 7 });

it('answers all that wait for the same one, and forgets them', async () => {
  const waiting = waiters(10);
  const [one, other] = [random(32), random(32)];
  const first = waiting.wait({ hash: one, expiryHeight: 9 });
  const second = waiting.wait({ hash: one, expiryHeight: 9 });
  let isAnswered = false;
  void waiting.wait({ hash: other, expiryHeight: 9 }).then(() => (isAnswered = true));
  expect(waiting.size).toBe(3);
  waiting.settle(one, outcome(one));
  expect(await Promise.all([first, second])).toEqual([outcome(one), outcome(one)]);
  expect({ size: waiting.size, isAnswered }).toEqual({ size: 1, isAnswered: false });
});

it('lets no more wait than it may, and has room again when some are answered', async () => {
  const waiting = waiters(2);
  const hashes = [random(32), random(32), random(32)] as const;
  const two = [waiting.wait({ hash: hashes[0], expiryHeight: 9 }), waiting.wait({ hash: hashes[0], expiryHeight: 9 })];
  expect(await waiting.wait({ hash: hashes[1], expiryHeight: 9 })).toMatchObject({ ok: false, error: { code: 'engine.busy' } });
  waiting.settle(hashes[0], outcome(hashes[0]));
  await Promise.all(two);
  const third = waiting.wait({ hash: hashes[2], expiryHeight: 9 });
  waiting.settle(hashes[2], outcome(hashes[2]));
  expect(await third).toEqual(outcome(hashes[2]));
});

it('says of one that can be in no block any more that it is over, and not a height before', async () => {
  const waiting = waiters(10);
  const wait = waiting.wait({ hash: random(32), expiryHeight: 9 });
  waiting.expire(8);
  expect(waiting.size).toBe(1);
  waiting.expire(9);
  expect(await wait).toMatchObject({ ok: false, error: { code: 'ledger.expired', data: { expiryHeight: 9, height: 9 } } });
});

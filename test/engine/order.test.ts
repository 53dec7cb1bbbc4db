/** What one sender submits without waiting is taken in the order in which it was submitted, whatever each check costs. */
import { expect, it } from 'vitest';
import { inLine } from '../../src/engine/embedded/in-line.ts';
import { newLedger, openGrant, random, temporaryFolder, transactionOf } from '../support/ledger.ts';

it('lets those who came first through first, whenever their work is done, and nobody wait for what failed', async () => {
  const line = inLine();
  const works = Array.from({ length: 4 }, () => Promise.withResolvers<number>());
  const seen: string[] = [];
  const through = works.map(({ promise }) =>
    line(promise).then(
      (value) => seen.push(`${value}`),
      () => seen.push('failed'),
    ),
  );
  works[3]!.resolve(3);
  works[1]!.reject(new Error('not this one'));
  works[2]!.resolve(2);
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual([]);
  works[0]!.resolve(0);
  await Promise.all(through);
  expect(seen).toEqual(['0', 'failed', '2', '3']);
});

it('keeps batches of a log in their order: each is valid only after the one before', async () => {
  using folder = temporaryFolder();
  const ledger = await newLedger(folder.path);
  // Small ones: their signatures are checked on several threads at once, and without an order hardly any finds its predecessor.
  const anchors = Array.from({ length: 400 }, (_, i) =>
    transactionOf('hospital', [{ op: 'anchors.anchor', org: 'hospital', number: i + 1, commitment: random(32) }]),
  );
  const outcomes = await Promise.all(anchors.map((bytes) => ledger.submit(bytes)));
  expect(outcomes.map((outcome) => (outcome.ok ? outcome.value.logIndex : outcome.error.code))).toEqual(anchors.map((_, i) => i));
  await ledger.close();
});

it('is not held up by what is refused', async () => {
  using folder = temporaryFolder();
  const ledger = await newLedger(folder.path);
  const sent = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? random(100 + 1_000 * i) : transactionOf('clinic', [openGrant()])));
  const results = await Promise.all(sent.map((bytes) => ledger.submit(bytes)));
  expect(results.map(({ ok }) => ok)).toEqual(sent.map((_, i) => i % 2 === 1));
  await ledger.close();
});

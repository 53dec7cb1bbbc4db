/** Exact for every hash, also where hashes were ground to begin alike. */
import { expect, it } from 'vitest';
import { HashSet } from '../../../src/engine/cometbft/application/hash-set.ts';
import { onLedger } from '../../../src/engine/cometbft/application/on-ledger.ts';

const hash = (...ending: readonly number[]): Uint8Array => Uint8Array.from([...new Uint8Array(32 - ending.length).fill(7), ...ending]);

it('tells hashes apart that begin alike, by their bytes and not by the object', () => {
  const set = new HashSet();
  const alike = [hash(1), hash(2), hash(3)];
  expect(alike.map((each) => set.add(each))).toEqual([true, true, true]);
  expect(alike.map((each) => set.add(Uint8Array.from(each)))).toEqual([false, false, false]);
  expect(set.size).toBe(3);
  expect([set.has(hash(2)), set.has(hash(4)), set.has(hash(0, 2))]).toEqual([true, false, false]);
  set.delete(hash(2));
  set.delete(hash(2));
  set.delete(hash(9));
  expect([set.size, ...alike.map((each) => set.has(each))]).toEqual([2, true, false, true]);
  set.delete(hash(1));
  set.delete(hash(3));
  expect([set.size, set.has(hash(1)), set.add(hash(1))]).toEqual([0, false, true]);
  set.clear();
  expect([set.size, set.has(hash(1))]).toEqual([0, false]);
});

it('remembers that a transaction is not on the ledger only until it is', () => {
  const stored = new Set<string>();
  let asked = 0;
  const ledger = onLedger(
    {
      nodes: undefined as never,
      hasTransaction(wanted) {
        asked++;
        return stored.has(wanted.toString());
      },
    },
    2,
  );
  const [first, second, third] = [hash(1), hash(2), hash(3)];
  expect([first, first, second, second].map(ledger.hasTransaction)).toEqual([false, false, false, false]);
  expect(asked).toBe(2);
  stored.add(first.toString());
  ledger.added([{ hash: Uint8Array.from(first) }]);
  expect([first, second].map(ledger.hasTransaction)).toEqual([true, false]);
  // More than it remembers: asked again, and answered the same.
  expect([third, second, first].map(ledger.hasTransaction)).toEqual([false, false, true]);
});

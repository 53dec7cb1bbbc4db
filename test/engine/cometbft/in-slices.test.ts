import { expect, it } from 'vitest';
import { finish, type Steps } from '../../../src/base/steps.ts';
import { inSlices } from '../../../src/engine/cometbft/application/in-slices.ts';

/** Work of at least 60 ms in sixty steps. */
function* work(): Steps<string> {
  for (let step = 0; step < 60; step++) {
    for (const until = performance.now() + 1; performance.now() < until;);
    yield;
  }
  return 'done';
}

it('lets others run before long work is done, which finishing it at once does not', async () => {
  const others = { ran: 0 };
  setImmediate(() => others.ran++);
  expect(finish(work())).toBe('done');
  expect(others.ran).toBe(0);
  expect(await inSlices(work())).toBe('done');
  expect(others.ran).toBe(1);
});

it('says what failed', async () => {
  const failing = function* (): Steps<never> {
    yield;
    throw new Error('no more');
  };
  await expect(inSlices(failing())).rejects.toThrow('no more');
});

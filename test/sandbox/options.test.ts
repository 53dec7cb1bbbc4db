import { expect, it } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import { sandboxOptions } from '../../src/sandbox/options.ts';

it('transactions are kept for ever, or for as many blocks and days as somebody says', () => {
  const retain = (blocks?: string, days?: string) => sandboxOptions({ 'retain-blocks': blocks, 'retain-days': days }, {});
  expect(unwrap(retain()).retain).toBeUndefined();
  expect(unwrap(retain('1000')).retain).toEqual({ blocks: 1000 });
  expect(unwrap(retain(undefined, '30')).retain).toEqual({ days: 30 });
  expect(unwrap(retain('5000', '2')).retain).toEqual({ blocks: 5000, days: 2 });
  for (const [blocks, days] of [['999'], ['1e4'], ['-1'], [''], [undefined, '0'], [undefined, '1.5']] as const)
    expect(retain(blocks, days)).toMatchObject({ ok: false, error: { code: 'sandbox.option' } });
});

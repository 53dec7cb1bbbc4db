import { describe, expect, it } from 'vitest';
import { blocksSearch, newShareSearch, proofSearch, timelineSearch } from '../../src/web/search.ts';

describe('addresses', () => {
  it('a proof is a path on the server that is asked, never another host', () => {
    const path = '/portal/api/patients/1/records/Observation/2/1/receipt';
    expect(proofSearch({ proof: path, content: '/a/b' })).toEqual({ proof: path, content: '/a/b' });
    for (const proof of ['https://example.org/x', '//example.org/x', '/\\example.org', 'javascript:alert(1)', '/a\nb', 7, `/${'x'.repeat(600)}`, ''])
      expect(proofSearch({ proof }).proof, String(proof)).toBeUndefined();
  });

  it('every key is named, since the router lets through what a validator leaves out', () => {
    expect(Object.keys(timelineSearch({}))).toEqual(['kind', 'q', 'from', 'to', 'item']);
    expect(timelineSearch({ from: '2021-03', to: 'yesterday', q: 2021 })).toMatchObject({ from: '2021-03', to: undefined, q: '2021' });
  });

  it('numbers are numbers', () => {
    expect(newShareSearch({ step: '3' }).step).toBe(3);
    expect(newShareSearch({ step: 9 }).step).toBeUndefined();
    expect(blocksSearch({ before: '12' }).before).toBe(12);
    expect(blocksSearch({ before: -1 }).before).toBeUndefined();
  });
});

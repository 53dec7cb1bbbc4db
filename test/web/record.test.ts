import { describe, expect, it } from 'vitest';
import type { TimelineItem } from '../../src/contract/portal.ts';
import { groupByVisit } from '../../src/web/record/groups.ts';
import { rangeState } from '../../src/web/record/range.ts';
import { pointsOf } from '../../src/web/record/trend-points.ts';

const organisation = { id: 'a', name: 'A', kind: 'hospital' } as const;
const item = (part: Partial<TimelineItem> & Pick<TimelineItem, 'ref' | 'kind' | 'when'>): TimelineItem => ({
  title: part.ref,
  author: { organisation },
  proof: { receiptUrl: `/r/${part.ref}`, contentUrl: `/c/${part.ref}`, organisation, anchored: true },
  ...part,
});

describe('grouping by visit', () => {
  it('gathers what belongs to a visit, whatever its version, and leaves the rest to its day', () => {
    const groups = groupByVisit([
      item({ ref: 'Observation/1/_history/1', kind: 'result', when: '2026-03-04T10:00:00Z', visit: 'Encounter/9/_history/1' }),
      item({ ref: 'Encounter/9/_history/2', kind: 'visit', when: '2026-03-04T09:00:00Z' }),
      item({ ref: 'Observation/2/_history/1', kind: 'result', when: '2026-03-01T10:00:00Z' }),
      item({ ref: 'Observation/3/_history/1', kind: 'result', when: '2026-03-01T08:00:00Z', author: { organisation: { ...organisation, id: 'b' } } }),
    ]);
    expect(groups.map(({ key, visit, items }) => [key, visit?.ref, items.length])).toEqual([
      ['Encounter/9', 'Encounter/9/_history/2', 1],
      ['day 2026-03-01', undefined, 2],
    ]);
    expect(groups[0]!.organisation?.id).toBe('a');
    expect(groups[1]!.organisation).toBeUndefined();
  });
});

describe('reference ranges', () => {
  it.each([
    [{ text: '', number: 5.7, low: 4, high: 5.6 }, 'above'],
    [{ text: '', number: 5.6, low: 4, high: 5.6 }, 'within'],
    [{ text: '', number: 3.9, low: 4 }, 'below'],
    [{ text: '', number: 3.9 }, undefined],
    [{ text: 'positive', high: 1 }, undefined],
    [undefined, undefined],
  ])('%j is %s', (value, state) => expect(rangeState(value)).toBe(state));
});

describe('trend drawing', () => {
  it('keeps time on one axis and value on the other, inside the margins; the range is a band', () => {
    const { points, band } = pointsOf(
      [
        { when: '2020-01-01', number: 4 },
        { when: '2020-01-02', number: 8 },
        { when: '2020-01-05', number: 6 },
      ],
      { low: 4, high: 6 },
      100,
      50,
      5,
    );
    expect(points).toEqual([
      { x: 5, y: 45 },
      { x: 27.5, y: 5 },
      { x: 95, y: 25 },
    ]);
    expect(band).toEqual({ top: 25, bottom: 45 });
  });

  it('a flat line stands in the middle', () => {
    const { points, band } = pointsOf(
      [
        { when: '2020-01-01', number: 4 },
        { when: '2021-01-01', number: 4 },
      ],
      {},
      100,
      50,
      5,
    );
    expect(points.map(({ y }) => y)).toEqual([25, 25]);
    expect(band).toBeUndefined();
  });
});

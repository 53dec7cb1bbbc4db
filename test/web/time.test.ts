import { describe, expect, it } from 'vitest';
import { formatDay, formatMoment, formatRelative, monthsFrom } from '../../src/web/time/format.ts';

const en = { language: 'en' };
const now = Date.parse('2026-11-23T12:00:00Z');

describe('days and moments', () => {
  it('a clinical date stays that day in every zone, and is no more precise than it was', () => {
    for (const timeZone of ['Pacific/Auckland', 'America/Los_Angeles', 'UTC']) {
      expect(formatDay('2021-03-04', { ...en, timeZone })).toBe('4 March 2021');
      expect(formatMoment('2021-03-04', { ...en, timeZone })).toBe('4 March 2021');
      expect(formatDay('2021-03', { ...en, timeZone })).toBe('March 2021');
      expect(formatDay('2021', { ...en, timeZone })).toBe('2021');
    }
  });

  it('a moment is shown in the reader’s zone', () => {
    expect(formatMoment('2026-11-23T23:30:00Z', { ...en, timeZone: 'Europe/Berlin' })).toBe('24 November 2026 at 00:30');
    expect(formatMoment('2026-11-23T23:30:09Z', { language: 'de', timeZone: 'UTC', seconds: true })).toBe('23. November 2026 um 23:30:09');
  });
});

describe('relative times', () => {
  it.each([
    ['2026-11-23T11:59:55Z', 'now'],
    ['2026-11-23T11:59:30Z', '30 seconds ago'],
    ['2026-11-23T11:55:00Z', '5 minutes ago'],
    ['2026-11-23T09:00:00Z', '3 hours ago'],
    ['2026-11-22T11:00:00Z', 'yesterday'],
    ['2026-11-09T12:00:00Z', '2 weeks ago'],
    ['2024-11-01T12:00:00Z', '2 years ago'],
    ['2027-02-23T12:00:00Z', 'in 3 months'],
  ])('%s is %s', (iso, text) => expect(formatRelative(iso, now, en)).toBe(text));

  it('speaks German', () => expect(formatRelative('2026-11-23T11:55:00Z', now, { language: 'de' })).toBe('vor 5 Minuten'));
});

describe('months ahead', () => {
  it.each([
    ['2026-11-23', 6, '2027-05-23'],
    ['2026-08-31', 6, '2027-02-28'],
    ['2027-08-31', 6, '2028-02-29'],
    ['2026-12-31', 12, '2027-12-31'],
  ])('%s + %d is %s', (from, months, to) => expect(monthsFrom(Date.parse(`${from}T10:00:00Z`), months)).toBe(to));
});

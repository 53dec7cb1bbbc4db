/** Reads the times of CometBFT's JSON: RFC 3339 in UTC with up to nine decimals. */
import { timeText } from '../../base/time-text.ts';
import type { Time } from './light-block.ts';

const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;
const WHOLE_SECONDS = 19;

/** Undefined unless it is such a time of 1970 or later, of a day that the calendar has. */
export function timeOfText(text: string): Time | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  if (year < 1970) return undefined;
  const seconds = 86_400 * daysSince1970(year, month, day) + 3600 * hour + 60 * minute + second;
  if (timeText(1000 * seconds).slice(0, WHOLE_SECONDS) !== text.slice(0, WHOLE_SECONDS)) return undefined;
  return { seconds, nanos: Number((match[7] ?? '').padEnd(9, '0')) };
}

/** Proleptic Gregorian; years are counted from 1 March, so that the leap day is the last of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const years = month <= 2 ? year - 1 : year;
  const fromMarch = month <= 2 ? month + 9 : month - 3;
  const dayOfYear = Math.floor((153 * fromMarch + 2) / 5) + day - 1;
  return 365 * years + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400) + dayOfYear - 719_468;
}

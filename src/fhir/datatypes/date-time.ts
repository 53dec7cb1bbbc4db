/** FHIR dates and times (R4 data types §2.24.0.1): what they denote, as half-open ranges of milliseconds since 1970, UTC. */

type DatePrecision = 'year' | 'month' | 'day' | 'minute' | 'second' | 'millisecond';

export interface DateRange {
  /** First millisecond. */
  readonly start: number;
  /** First millisecond after. */
  readonly end: number;
  readonly precision: DatePrecision;
  readonly zoned: boolean;
}

const dayMs = 86_400_000;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysIn = (year: number, month: number): number => (month === 2 && isLeap(year) ? 29 : monthDays[month - 1]!);

/** Milliseconds at the start of a day; proleptic Gregorian calendar (`Date.UTC` takes years below 100 for 19xx). */
function dayStart(year: number, month: number, day: number): number {
  if (year >= 100) return Date.UTC(year, month - 1, day);
  const date = new Date(Date.UTC(2000, month - 1, day));
  return date.setUTCFullYear(year, month - 1, day);
}

/** Digits `from`..`to` as a number; -1 when one is not a digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * Parses `date`, `dateTime` and `instant` values; undefined when the text is none of them or not in the calendar. Without a zone the
 * value is read as UTC. `partialTime` allows minutes without seconds, as search values may have them.
 */
export function parseDateTime(text: string, partialTime = false): DateRange | undefined {
  const { length } = text;
  if (length < 4) return undefined;
  const year = digits(text, 0, 4);
  if (year < 1) return undefined;
  if (length === 4) return { start: dayStart(year, 1, 1), end: dayStart(year + 1, 1, 1), precision: 'year', zoned: false };
  if (text[4] !== '-' || length < 7) return undefined;
  const month = digits(text, 5, 7);
  if (month < 1 || month > 12) return undefined;
  if (length === 7)
    return {
      start: dayStart(year, month, 1),
      end: month === 12 ? dayStart(year + 1, 1, 1) : dayStart(year, month + 1, 1),
      precision: 'month',
      zoned: false,
    };
  if (text[7] !== '-' || length < 10) return undefined;
  const day = digits(text, 8, 10);
  if (day < 1 || day > daysIn(year, month)) return undefined;
  const midnight = dayStart(year, month, day);
  if (length === 10) return { start: midnight, end: midnight + dayMs, precision: 'day', zoned: false };
  return text[10] === 'T' ? withTime(text, midnight, partialTime) : undefined;
}

function withTime(text: string, midnight: number, partialTime: boolean): DateRange | undefined {
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  if (text.length < 16 || hour < 0 || hour > 23 || text[13] !== ':' || minute < 0 || minute > 59) return undefined;
  let at = 16;
  let second = 0;
  let milliseconds = 0;
  let precision: DatePrecision = 'minute';
  if (text[16] === ':') {
    second = digits(text, 17, 19);
    // 60: a leap second; it shares the last millisecond's second with its neighbour in the count of milliseconds.
    if (text.length < 19 || second < 0 || second > 60) return undefined;
    at = 19;
    precision = 'second';
    if (text[19] === '.') {
      at = 20;
      let scale = 100;
      while (at < text.length) {
        const digit = text.charCodeAt(at) - 48;
        if (!(digit >= 0 && digit <= 9)) break;
        milliseconds += digit * scale;
        scale = scale >= 10 ? scale / 10 : 0;
        at++;
      }
      if (at === 20) return undefined;
      precision = 'millisecond';
    }
  } else if (!partialTime) return undefined;
  const offset = zoneMinutes(text, at);
  if (offset === undefined && !(partialTime && at === text.length)) return undefined;
  const start = midnight + ((hour * 60 + minute - (offset ?? 0)) * 60 + second) * 1000 + milliseconds;
  return { start, end: start + (precision === 'minute' ? 60_000 : precision === 'second' ? 1000 : 1), precision, zoned: offset !== undefined };
}

/** Offset from UTC in minutes of the zone that the text ends with from `at`; undefined when there is none or it is malformed. */
function zoneMinutes(text: string, at: number): number | undefined {
  if (text[at] === 'Z') return text.length === at + 1 ? 0 : undefined;
  const sign = text[at] === '+' ? 1 : text[at] === '-' ? -1 : 0;
  if (sign === 0 || text.length !== at + 6 || text[at + 3] !== ':') return undefined;
  const hours = digits(text, at + 1, at + 3);
  const minutes = digits(text, at + 4, at + 6);
  if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined;
  return sign * (hours * 60 + minutes);
}

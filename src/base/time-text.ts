/** A point in time as people read it, without a calendar of the machine: the core has none. */

const DAY_MS = 86_400_000;
/** What a `Date` can hold: beyond it there is no ISO 8601 text that others would read. */
const LAST_MS = 8_640_000_000_000_000;
const DAYS_IN_400_YEARS = 146_097;

/** Milliseconds since 1970, not negative, in ISO 8601 (UTC); a number that is no such date as the number itself. */
export function timeText(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0 || ms > LAST_MS) return `at ${ms}`;
  const { year, month, day } = civilDate(Math.floor(ms / DAY_MS));
  const rest = ms % DAY_MS;
  const clock = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1000) % 60].map((part) => digits(part, 2));
  return `${year > 9999 ? `+${digits(year, 6)}` : digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}T${clock.join(':')}.${digits(rest % 1000, 3)}Z`;
}

/** Proleptic Gregorian. Years are counted from 1 March, so that the leap day is the last of its year; 1970-01-01 is day 719,468 of that count. */
function civilDate(daysSince1970: number): { readonly year: number; readonly month: number; readonly day: number } {
  const days = daysSince1970 + 719_468;
  const era = Math.floor(days / DAYS_IN_400_YEARS);
  const dayOfEra = days % DAYS_IN_400_YEARS;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { year: 400 * era + yearOfEra + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1 };
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

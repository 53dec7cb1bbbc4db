/** Times for people: relative and absolute, in the person's zone. Clinical dates without a time of day stay the day they are. */
const DAY = 86_400_000;

const dayOnly = (iso: string): boolean => /^\d{4}(-\d{2}(-\d{2})?)?$/.test(iso);

/** `2021`, `2021-03` and `2021-03-04` mean that year, month, day wherever the reader is: read as UTC and shown as UTC. */
const parse = (iso: string): Date => new Date(iso);

export interface TimeOptions {
  readonly language: string;
  /** IANA zone; the browser's own when absent. */
  readonly timeZone?: string;
}

/** `4 March 2021`, `March 2021` or `2021`, as precise as the input. */
export function formatDay(iso: string, { language, timeZone }: TimeOptions): string {
  const parts = dayOnly(iso) ? iso.split('-').length : 3;
  const zone = dayOnly(iso) ? 'UTC' : timeZone;
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    year: 'numeric',
    ...(parts > 1 ? { month: 'long' } : {}),
    ...(parts > 2 ? { day: 'numeric' } : {}),
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(parse(iso));
}

/** `4 March 2021, 14:05` (to the second with `seconds`); a bare date stays a date. */
export function formatMoment(iso: string, { language, timeZone, seconds }: TimeOptions & { readonly seconds?: boolean }): string {
  if (dayOnly(iso)) return formatDay(iso, { language });
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds === true ? { second: '2-digit' } : {}),
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(parse(iso));
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365.25 * DAY],
  ['month', 30.44 * DAY],
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** `3 minutes ago`, `yesterday`, `in 2 months`; under ten seconds `now`. `now` is milliseconds since 1970. */
export function formatRelative(iso: string, now: number, { language }: TimeOptions): string {
  const difference = parse(iso).getTime() - now;
  const size = Math.abs(difference);
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (size < 10_000) return format.format(0, 'second');
  if (size < 60_000) return format.format(Math.round(difference / 1000), 'second');
  for (const [unit, length] of steps) if (size >= length) return format.format(Math.trunc(difference / length), unit);
  return format.format(0, 'second');
}

/** `YYYY-MM-DD` of a day so many months after `now`, in UTC. */
export function monthsFrom(now: number, months: number): string {
  const date = new Date(now);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.toISOString().slice(0, 10);
}

/**
 * Dates in a blind index: buckets of a decade (`X201`), year (`Y2015`), month (`M2015-03`) and day (`D2015-03-12`), in UTC. Decades
 * before 1700 and from 2300 on share one bucket each (`X<`, `X>`), so that every range is a bounded set of buckets.
 */

const firstYear = 1700;
const lastYear = 2299;
const dayMs = 86_400_000;

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function dayOf(time: number): Day | '<' | '>' {
  // Beyond what Date can hold: open ends of periods.
  if (!(time > -8.64e15)) return '<';
  if (!(time < 8.64e15)) return '>';
  const date = new Date(time);
  const year = date.getUTCFullYear();
  return year < firstYear ? '<' : year > lastYear ? '>' : { year, month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

const decade = (year: number): string => `X${Math.floor(year / 10)}`;

/** The four buckets (one at the far ends) of an instant. */
export function dateBuckets(time: number): readonly string[] {
  const at = dayOf(time);
  if (typeof at === 'string') return [`X${at}`];
  const { year, month, day } = at;
  return [decade(year), `Y${year}`, `M${year}-${two(month)}`, `D${year}-${two(month)}-${two(day)}`];
}

/** Whether both instants are in the same buckets. */
export const sameDay = (a: number, b: number): boolean => Math.floor(a / dayMs) === Math.floor(b / dayMs);

/** Buckets that hold all instants from `from` to `last` (milliseconds, inclusive), whole days at the ends. At most about 200. */
export function dateCover(from: number, last: number): string[] {
  const out: string[] = [];
  const start = dayOf(from);
  const end = dayOf(last);
  if (from > last) return out;
  if (start === '<') out.push('X<');
  if (end === '>') out.push('X>');
  if (start === '>' || end === '<') return start === end ? [`X${start}`] : out;
  const a: Day = start === '<' ? { year: firstYear, month: 1, day: 1 } : start;
  const b: Day = end === '>' ? { year: lastYear, month: 12, day: 31 } : end;
  cover(a, b, out);
  return out;
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

function cover(a: Day, b: Day, out: string[]): void {
  const dayIndex = ({ year, month, day }: Day): number => Date.UTC(year, month - 1, day) / dayMs;
  let at = a;
  const end = dayIndex(b);
  while (dayIndex(at) <= end) {
    const { year, month, day } = at;
    if (day === 1 && month === 1 && year % 10 === 0 && dayIndex({ year: year + 9, month: 12, day: 31 }) <= end) {
      out.push(decade(year));
      at = { year: year + 10, month: 1, day: 1 };
    } else if (day === 1 && month === 1 && dayIndex({ year, month: 12, day: 31 }) <= end) {
      out.push(`Y${year}`);
      at = { year: year + 1, month: 1, day: 1 };
    } else if (day === 1 && dayIndex({ year, month, day: daysIn(year, month) }) <= end) {
      out.push(`M${year}-${two(month)}`);
      at = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 };
    } else {
      out.push(`D${year}-${two(month)}-${two(day)}`);
      at =
        day < daysIn(year, month)
          ? { year, month, day: day + 1 }
          : month === 12
            ? { year: year + 1, month: 1, day: 1 }
            : { year, month: month + 1, day: 1 };
    }
  }
}

/** Whether the instant is the first of a day: then a cover that begins there says all. */
export const isDayStart = (time: number): boolean => !Number.isFinite(time) || time % dayMs === 0;

/** Whether the cover of a range that ends or begins at this instant is exact: far ends share a bucket. */
export const isResolved = (time: number): boolean => !Number.isFinite(time) || typeof dayOf(time) !== 'string';

import { parseDateTime } from '../datatypes/date-time.ts';

/** A half-open interval [from, before) in milliseconds since 1970, UTC: what a date of limited precision stands for. */
export interface Interval {
  readonly from: number;
  readonly before: number;
}

/** Undefined when the text is no date, dateTime or instant. A space before an offset is a `+` that a client did not encode. */
export function dateInterval(text: string): Interval | undefined {
  const range = parseDateTime(text.replace(/ (\d\d:\d\d)$/, '+$1'), true);
  return range && { from: range.start, before: range.end };
}

/** `ap`: widened by a tenth of the distance from now, at least by its own width (R4 leaves the tolerance to the server). */
export function widenDate(interval: Interval, now: number): Interval {
  const tolerance = Math.max(interval.before - interval.from, Math.abs(now - interval.from) / 10);
  return { from: interval.from - tolerance, before: interval.before + tolerance };
}

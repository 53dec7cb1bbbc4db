import type { Interval } from './prefix.ts';

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+ -]\d{2}:\d{2})?)?)?)?$/;

/**
 * The interval that a date, dateTime or instant of any precision stands for, in UTC milliseconds; undefined when it is none. Without a
 * time zone UTC is taken. A space before an offset is a `+` that a client did not encode.
 */
export function dateInterval(text: string): Interval | undefined {
  const parts = DATE.exec(text);
  if (!parts) return undefined;
  const [, y, mo, d, h, mi, s, fraction, zone] = parts;
  const year = Number(y);
  const month = mo === undefined ? 1 : Number(mo);
  const day = d === undefined ? 1 : Number(d);
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()) return undefined;
  const at = (yy: number, mm: number, dd: number): number => new Date(0).setUTCFullYear(yy, mm, dd);
  if (mo === undefined) return { from: at(year, 0, 1), before: at(year + 1, 0, 1) };
  if (d === undefined) return { from: at(year, month - 1, 1), before: at(year, month, 1) };
  const from = at(year, month - 1, day);
  if (h === undefined) return { from, before: from + 86_400_000 };
  const hour = Number(h);
  const minute = Number(mi);
  const second = s === undefined ? 0 : Number(s);
  if (hour > 24 || minute > 59 || second > 60) return undefined;
  const offset = zone === undefined || zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  const time = from + ((hour * 60 + minute - offset) * 60 + second) * 1000;
  if (s === undefined) return { from: time, before: time + 60_000 };
  if (fraction === undefined) return { from: time, before: time + 1000 };
  const milliseconds = time + Math.floor(Number(`0.${fraction}`) * 1000);
  const width = fraction.length === 1 ? 100 : fraction.length === 2 ? 10 : 1;
  return { from: milliseconds, before: milliseconds + width };
}

/** `ap`: widened by a tenth of the distance from now, at least by its own width (R4 leaves the tolerance to the server). */
export function widenDate(interval: Interval, now: number): Interval {
  const tolerance = Math.max(interval.before - interval.from, Math.abs(now - interval.from) / 10);
  return { from: interval.from - tolerance, before: interval.before + tolerance };
}

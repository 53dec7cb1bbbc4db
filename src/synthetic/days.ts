/** Calendar arithmetic on whole days since 1 January 1970 (UTC). No clock: "today" is handed in. */

export type Day = number;

const MS_PER_DAY = 86_400_000;

/** From `YYYY-MM-DD`. */
export const dayOf = (date: string): Day => Date.parse(`${date}T00:00:00Z`) / MS_PER_DAY;

/** FHIR `date`. */
export const dateText = (day: Day): string => new Date(day * MS_PER_DAY).toISOString().slice(0, 10);

/** FHIR `dateTime`/`instant` at a minute of that day. */
export const timeText = (day: Day, minute: number): string => `${new Date(day * MS_PER_DAY + minute * 60_000).toISOString().slice(0, 19)}Z`;

export const yearsBetween = (from: Day, to: Day): number => (to - from) / 365.25;

export const addYears = (day: Day, years: number): Day => Math.round(day + years * 365.25);

/** Saturdays and Sundays become the Monday after: planned visits are on working days. */
export function workday(day: Day): Day {
  const weekday = (((day + 4) % 7) + 7) % 7;
  return weekday === 6 ? day + 2 : weekday === 0 ? day + 1 : day;
}

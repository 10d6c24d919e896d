/** Days and weeks in the time zone of a kitchen. */
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

const formats = new Map<string, Intl.DateTimeFormat>();

function partsIn(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const two = "2-digit" as const;
    const all = { year: "numeric", month: two, day: two, hour: two, minute: two, second: two } as const;
    format = new Intl.DateTimeFormat("en-US", { ...all, hourCycle: "h23", timeZone });
    formats.set(timeZone, format);
  }
  return format;
}

/** The wall-clock time in a zone, as if it were UTC. */
export function wallClock(at: number, timeZone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of partsIn(timeZone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

function atWallClock(wall: number, timeZone: string): number {
  const guess = wall - (wallClock(wall, timeZone) - wall);
  // Around a daylight-saving change, the offset at the guess is the right one.
  return wall - (wallClock(guess, timeZone) - guess);
}

/** The midnight before a time, moved by whole calendar days, which have 23, 24 or 25 hours. */
export function startOfDay(at: number, timeZone: string, days = 0): number {
  const wall = wallClock(at, timeZone);
  return atWallClock(wall - (((wall % dayMs) + dayMs) % dayMs) + days * dayMs, timeZone);
}

/** The next time at which the wall clock shows a given hour, such as 4 in the morning. */
export function nextTimeAt(hour: number, at: number, timeZone: string): number {
  const wall = wallClock(at, timeZone);
  const today = wall - (((wall % dayMs) + dayMs) % dayMs) + hour * hourMs;
  return atWallClock(today > wall ? today : today + dayMs, timeZone);
}

/** When a kitchen's day ends: nothing is cooked then, and the morning starts with all items on. */
const dayEndsAtHour = 4;

/** @param timeZone that of this device if the kitchen's is not known yet */
export function endOfDay(at: number, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone): number {
  return nextTimeAt(dayEndsAtHour, at, timeZone);
}

/** Such as 2026-01-31. */
export function dateIn(at: number, timeZone: string): string {
  return new Date(wallClock(at, timeZone)).toISOString().slice(0, 10);
}

/** Midnight of a date such as 2026-01-31; NaN if it is not a date. */
export function midnightOf(date: string, timeZone: string): number {
  const wall = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(wall) ? wall : atWallClock(wall, timeZone);
}

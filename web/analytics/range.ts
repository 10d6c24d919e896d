/** The selected days and kitchen, as in the page's URL. */
import { dateIn, dayMs, midnightOf, startOfDay } from "../lib/zone";

export type Range = {
  /** First and last date, such as 2026-01-31, in the kitchen's time zone. */
  readonly first: string;
  readonly last: string;
  readonly kitchen?: string | undefined;
};

export const presets = { today: 1, week: 7, month: 28 } as const;
export type Preset = keyof typeof presets;

/** The API reads at most this many days at once. */
const daysMax = 366;

/** The range in the URL; today if it has no valid dates. */
export function rangeOf(query: URLSearchParams, now: number, zone: string): Range {
  const kitchen = query.get("kitchen") ?? undefined;
  const today = dateIn(now, zone);
  const last = dateOr(query.get("to"), today, zone);
  const first = dateOr(query.get("from"), last, zone);
  const isRange = midnightOf(first, zone) <= midnightOf(last, zone) && daysOf({ first, last }, zone) <= daysMax;
  return { first: isRange ? first : last, last, kitchen };
}

function dateOr(text: string | null, otherwise: string, zone: string): string {
  return text !== null && !Number.isNaN(midnightOf(text, zone)) ? text : otherwise;
}

export function queryOf({ first, last, kitchen }: Range): URLSearchParams {
  return new URLSearchParams({ ...(kitchen && { kitchen }), from: first, to: last });
}

export function presetOf(preset: Preset, now: number, zone: string): Pick<Range, "first" | "last"> {
  const first = dateIn(startOfDay(now, zone, 1 - presets[preset]), zone);
  return { first, last: dateIn(now, zone) };
}

export function daysOf({ first, last }: Pick<Range, "first" | "last">, zone: string): number {
  return Math.round((midnightOf(last, zone) - midnightOf(first, zone)) / dayMs) + 1;
}

/** From midnight to midnight, or until now; in ms since 1970. */
export function boundsOf(range: Range, now: number, zone: string): { readonly from: number; readonly to: number } {
  const end = startOfDay(midnightOf(range.last, zone), zone, 1);
  const from = midnightOf(range.first, zone);
  return { from, to: Math.max(from + 60_000, Math.min(end, now)) };
}

/** The same weekdays before the range, for as long as the range has lasted so far. */
export function sameDaysBefore(
  range: Range,
  now: number,
  zone: string,
): { readonly from: number; readonly to: number } {
  const { from, to } = boundsOf(range, now, zone);
  const days = Math.ceil(daysOf(range, zone) / 7) * 7;
  const start = startOfDay(from, zone, -days);
  return { from: start, to: start + (to - from) };
}

import { locale } from "./i18n";

export type Money = { readonly amount: number; readonly currency: string };

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function cached<F extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, create: () => F): F {
  const full = `${locale.value} ${key}`;
  const format = (formats.get(full) as F | undefined) ?? create();
  formats.set(full, format);
  return format;
}

/** whole: without minor units. compact: such as ₹1.2L, for an axis. */
export type MoneyStyle = "exact" | "whole" | "compact";

const moneyStyles = {
  exact: {},
  whole: { maximumFractionDigits: 0 },
  compact: { notation: "compact", maximumFractionDigits: 1 },
} as const;

/** @param money in minor units of its currency */
export function money({ amount, currency }: Money, style: MoneyStyle = "exact"): string {
  const of = (more: Intl.NumberFormatOptions) => () =>
    new Intl.NumberFormat(locale.value, { style: "currency", currency, ...more });
  const minor = cached(currency, of({})).resolvedOptions().maximumFractionDigits ?? 2;
  return cached(`${currency} ${style}`, of(moneyStyles[style])).format(amount / 10 ** minor);
}

export function number(value: number, maximumFractionDigits = 0): string {
  const create = () => new Intl.NumberFormat(locale.value, { maximumFractionDigits });
  return cached(`n${maximumFractionDigits}`, create).format(value);
}

/** The time of day, such as 19:40, in the given zone or the browser's. */
export function clockTime(at: string | number | Date, timeZone?: string): string {
  const create = () =>
    new Intl.DateTimeFormat(locale.value, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      ...(timeZone && { timeZone }),
    });
  return cached(`t${timeZone ?? ""}`, create).format(new Date(at));
}

/** Such as 31 Jan, 19:40. */
export function dayTime(at: string | number | Date, timeZone?: string): string {
  const create = () =>
    new Intl.DateTimeFormat(locale.value, {
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      ...(timeZone && { timeZone }),
    });
  return cached(`d${timeZone ?? ""}`, create).format(new Date(at));
}

/** Only the time if it is on the same day as `now`, otherwise with its day. */
export function timeOrDay(at: string | number | Date, now: number, timeZone?: string): string {
  const isToday = dayName(at, timeZone) === dayName(now, timeZone);
  return isToday ? clockTime(at, timeZone) : dayTime(at, timeZone);
}

/** In every zone, days begin on a quarter of an hour. */
const quarterMs = 900_000;
const daysMax = 1_000;
const days = new Map<string, string>();

/** Such as Sat, 31 Jan. Cached, because a full board needs its days at each event. */
export function dayName(at: string | number | Date, timeZone?: string): string {
  const time = new Date(at);
  const key = `${locale.value} ${timeZone ?? ""} ${Math.floor(time.getTime() / quarterMs)}`;
  const known = days.get(key);
  if (known !== undefined) return known;
  const create = () =>
    new Intl.DateTimeFormat(locale.value, {
      weekday: "short",
      day: "numeric",
      month: "short",
      ...(timeZone && { timeZone }),
    });
  const name = cached(`w${timeZone ?? ""}`, create).format(time);
  if (days.size >= daysMax) days.clear();
  days.set(key, name);
  return name;
}

import { locale } from "./i18n";

export type Money = { readonly amount: number; readonly currency: string };

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function cached<F extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, create: () => F): F {
  const full = `${locale.value} ${key}`;
  const format = (formats.get(full) as F | undefined) ?? create();
  formats.set(full, format);
  return format;
}

/** @param money in minor units of its currency */
export function money({ amount, currency }: Money): string {
  const format = cached(currency, () => new Intl.NumberFormat(locale.value, { style: "currency", currency }));
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

export function number(value: number, maximumFractionDigits = 0): string {
  const create = () => new Intl.NumberFormat(locale.value, { maximumFractionDigits });
  return cached(`n${maximumFractionDigits}`, create).format(value);
}

/** The time of day, such as 19:40, in the zone of the kitchen, or that of the browser. */
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

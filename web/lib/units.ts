/** Quantities of ingredients: whole numbers of their unit, shown and typed in the unit that people use. */
import { number } from "./format";

export type Scale = { readonly unit: string; readonly factor: number };

const large: Readonly<Record<string, string>> = { g: "kg", ml: "l" };

/** The units in which a quantity may be typed, the usual one for such a quantity first. */
export function scalesOf(unit: string, usual: number): readonly Scale[] {
  const name = large[unit];
  const small = { unit, factor: 1 };
  if (!name) return [small];
  const big = { unit: name, factor: 1000 };
  return usual >= 1000 ? [big, small] : [small, big];
}

/** Such as 53.82 kg for 53820 g. */
export function quantity(value: number, unit: string): string {
  const name = large[unit];
  if (!name || Math.abs(value) < 1000) return `${number(value)} ${unit}`;
  return `${number(value / 1000, Math.abs(value) < 100_000 ? 2 : 1)} ${name}`;
}

/** With its sign (a true minus), as in a ledger. */
export function change(delta: number, unit: string): string {
  if (delta === 0) return quantity(0, unit);
  return `${delta < 0 ? "−" : "+"}${quantity(Math.abs(delta), unit)}`;
}

/** As in 1,500, 1,50,000 and 1,500,000: the last group has three digits. */
const grouped = /^[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d*)?$/;

/**
 * A typed number; undefined if it is invalid or negative. A comma in front of three digits separates thousands, as it
 * does in India; any other single comma is a decimal one: 1,500 is 1500, but 1,5 is 1.5, and 0,500 is 0.5.
 */
export function decimal(text: string): number | undefined {
  const trimmed = text.trim();
  const plain = grouped.test(trimmed) ? trimmed.replaceAll(",", "") : trimmed.replace(",", ".");
  return /^\d*\.?\d+$|^\d+\.$/.test(plain) ? Number(plain) : undefined;
}

/** A typed number in whole units; also undefined for a fraction if there is no smaller unit, such as 2.5 pieces. */
export function typed(text: string, { factor }: Scale): number | undefined {
  const value = decimal(text) ?? Number.NaN;
  const whole = factor === 1 ? value : Math.round(value * factor);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/** Whether a field's text is invalid; an empty field is valid. */
export function isWrong(text: string, value: number | undefined): boolean {
  return text.trim() !== "" && value === undefined;
}

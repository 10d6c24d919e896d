/** Entries that the server refused: kept on the device until they are opened again or dismissed. */
import type { Intent } from "./model";
import { t } from "./texts";

export type RefusedEntry = {
  readonly id: string;
  readonly intent: Intent;
  readonly title: string;
  readonly detail: string;
};

/** What was to be booked; undefined for what is not typed, such as an item that is off. */
export function workOf({ receipt, count, waste }: Intent): string | undefined {
  if (receipt) return t("refused_delivery", { lines: linesText(receipt.length) });
  if (count) return t("refused_count", { lines: linesText(Object.keys(count.lines).length) });
  return waste && t("refused_waste", { what: waste.what });
}

function linesText(n: number): string {
  return n === 1 ? t("line") : t("lines", { n });
}

export function readRefused(text: string | undefined): readonly RefusedEntry[] {
  try {
    const read: unknown = JSON.parse(text ?? "");
    if (Array.isArray(read)) return read;
  } catch {}
  return [];
}

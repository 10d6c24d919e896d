/** Entries that the server refused or cannot accept: kept on the device until they are reopened or dismissed. */
import type { Entry } from "../lib/outbox";
import type { Intent, StockModel } from "./model";
import { t } from "./texts";

export type RefusedEntry = {
  readonly id: string;
  readonly intent: Intent;
  readonly title: string;
  readonly detail: string;
};

/** Describes the input that was to be booked; undefined for changes without input, such as taking an item off. */
export function workOf({ receipt, count, waste }: Intent): string | undefined {
  if (receipt) return t("refused_delivery", { lines: linesText(receipt.length) });
  if (count) return t("refused_count", { lines: linesText(Object.keys(count.lines).length) });
  return waste && t("refused_waste", { what: waste.what });
}

/** Gives up an unsent entry and reopens its input. */
export function takeBack(model: StockModel, { id, intent }: Entry<Intent>): void {
  model.outbox.discard(id);
  if (workOf(intent)) {
    model.reopen({ id, intent, title: t("stuck_entries"), detail: t("stuck_maybe") });
    model.notices.say({ kind: "warn", text: t("stuck_maybe") });
  }
  model.changed();
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

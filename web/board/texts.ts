import { translator } from "../lib/i18n";
import { en } from "./texts-en";
import { hi } from "./texts-hi";

export const t = translator<keyof typeof en>({ en, hi });

/** The accessible name of a button, for those who do not see its card: its label and the order. */
export function named(what: string, { number }: { readonly number: number }): string {
  return t("forOrder", { what, number });
}

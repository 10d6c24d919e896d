import { effect, signal } from "@preact/signals";
import { language } from "./i18n";
import { store, stored } from "./stored";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const theme = signal<Theme>(stored("theme", themes) ?? "auto");

/** Keeps the document's theme and language in line with the settings of this device. */
export function applySettings(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    store("theme", theme.value);
  });
  effect(() => {
    document.documentElement.lang = language.value;
    store("language", language.value);
  });
}

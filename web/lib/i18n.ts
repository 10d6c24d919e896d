import { computed, signal } from "@preact/signals";
import { stored } from "./stored";

export const languages = ["en", "hi"] as const;
export type Language = (typeof languages)[number];

export const language = signal<Language>(
  stored("language", languages) ?? languages.find((one) => globalThis.navigator?.language.startsWith(one)) ?? "en",
);

/** The BCP 47 tag for numbers and times: digits stay Latin, as on tickets. */
export const locale = computed(() => (language.value === "hi" ? "hi-IN-u-nu-latn" : "en-IN"));

type Values = Readonly<Record<string, string | number>>;

/**
 * Translates the keys of one screen. `{name}` in a text is replaced by the value of that name.
 * The type ensures that both languages have the same keys.
 */
export function translator<Key extends string>(texts: { en: Record<Key, string>; hi: Record<NoInfer<Key>, string> }) {
  return (key: Key, values: Values = {}): string =>
    texts[language.value][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

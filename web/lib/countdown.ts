import { translator } from "./i18n";

const t = translator({
  en: { hours: "{h} h {m} min" },
  hi: { hours: "{h} घंटे {m} मिनट" },
});

/** The time left, such as 2:05; an hour or more in words, because 11:02 would be read as a time of day. */
export function countdown(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1_000));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return t("hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

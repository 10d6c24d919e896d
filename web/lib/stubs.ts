/** What tests put in the place of the browser's. */
import { vi } from "vitest";

/** An empty storage of the device. */
export function stubStorage(): void {
  const texts = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => texts.get(name) ?? null,
    setItem: (name: string, text: string) => void texts.set(name, text),
  });
}

/** Replaces browser objects in tests. */
import { vi } from "vitest";

/** Replaces the device's storage with an empty one. */
export function stubStorage(): void {
  const texts = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => texts.get(name) ?? null,
    setItem: (name: string, text: string) => void texts.set(name, text),
  });
}

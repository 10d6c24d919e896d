/** What a screen that starts without a network shows: what this device showed last, with its age. */
import type { ServerClock } from "./clock";
import { read, store } from "./stored";

/** Older than this it is of another shift. */
const rememberedForMs = 6 * 3_600_000;

export type Aged = {
  /** When it was true, by the server's clock. */
  readonly heardAt: number;
  /** What that clock was ahead of this device's. */
  readonly offsetMs: number;
};

export function remember(name: string, shown: Aged): void {
  store(name, JSON.stringify(shown));
}

/**
 * Undefined if nothing is stored that can be read, or it is too old.
 * @param now this device's time
 * @param restore fails on what another release has stored
 */
export function recall<Shown extends Aged, T>(name: string, now: number, restore: (shown: Shown) => T): T | undefined {
  try {
    const shown: Shown = JSON.parse(read(name) ?? "");
    const age = now + shown.offsetMs - shown.heardAt;
    return age >= 0 && age < rememberedForMs ? restore(shown) : undefined;
  } catch {
    return undefined;
  }
}

/** The server's time, as it was known when `shown` was stored. */
export function resume(clock: ServerClock, shown: Aged): void {
  clock.learn(new Date(Date.now() + shown.offsetMs).toISOString());
}

/** A screen that starts without a network shows what this device showed last, with its age. */
import type { ServerClock } from "./clock";
import { read, store } from "./stored";

/** Anything older is from another shift. */
const rememberedForMs = 6 * 3_600_000;

export type Aged = {
  /** When the content was current, by the server's clock. */
  readonly heardAt: number;
  /** How far that clock was ahead of this device's. */
  readonly offsetMs: number;
};

export function remember(name: string, shown: Aged): void {
  store(name, JSON.stringify(shown));
}

/**
 * Undefined if nothing readable is stored, or if it is too old.
 * @param now this device's time
 * @param restore throws for content that another release stored
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

/** Sets the clock to the server's time, as it was known when `shown` was stored. */
export function resume(clock: ServerClock, shown: Aged): void {
  clock.learn(new Date(Date.now() + shown.offsetMs).toISOString());
}

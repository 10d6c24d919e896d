/** The stock as this device showed it last: what a phone shows that opens it without a network, with its age. */
import type { ServerClock } from "../lib/clock";
import { read, store } from "../lib/stored";
import type { Kitchen } from "./model";
import type { Stock } from "./state";

export type Remembered = {
  readonly kitchen: Kitchen;
  readonly stock: Stock;
  readonly isManager: boolean;
  /** When it was true, by the server's clock. */
  readonly heardAt: number;
};

export function recall(kitchenId: string): Remembered | undefined {
  try {
    return JSON.parse(read(nameOf(kitchenId)) ?? "") as Remembered;
  } catch {
    return undefined;
  }
}

export function remember(clock: Pick<ServerClock, "now">, known: Omit<Remembered, "heardAt">): void {
  store(nameOf(known.kitchen.id), JSON.stringify({ ...known, heardAt: clock.now() }));
}

function nameOf(kitchenId: string): string {
  return `stock.last.${kitchenId}`;
}

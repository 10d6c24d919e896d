/** The stock as this device showed it last. */
import * as device from "../lib/remembered";
import type { Kitchen } from "./model";
import type { Stock } from "./state";

export type Remembered = device.Aged & {
  readonly kitchen: Kitchen;
  readonly stock: Stock;
  readonly isManager: boolean;
};

export function recall(kitchenId: string, now: number): Remembered | undefined {
  return device.recall(nameOf(kitchenId), now, (shown: Remembered) => {
    // Data that the previous release remembered has no supplies.
    return { ...shown, stock: { ...shown.stock, supplies: shown.stock.supplies ?? {} } };
  });
}

/** Without the names of staff: a phone may be lost. */
export function remember(shown: Remembered): void {
  const dishes = shown.stock.dishes.map(({ offBy, ...dish }) => dish);
  const kept: Remembered = { ...shown, stock: { ...shown.stock, dishes } };
  device.remember(nameOf(shown.kitchen.id), kept);
}

function nameOf(kitchenId: string): string {
  return `stock.last.${kitchenId}`;
}

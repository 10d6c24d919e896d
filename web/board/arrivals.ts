/** Sounds of the board: a chime for orders that are new to it, and the alarm for those that are not accepted. */
import { effect, type ReadonlySignal } from "@preact/signals";
import type { SnapshotKind } from "../lib/live";
import { acceptanceSound } from "../lib/sound";
import { type Card, isCard } from "./cards";
import type { Core } from "./core";
import { awaitsRelease, type Order } from "./state";

/** Minimum time between chimes: after an outage, the events of many orders arrive at once. */
const chimeMs = 1_000;

/**
 * Chimes for orders that are new on this board since the last call; call it after each change. In the page's first
 * snapshot, orders are news only to a device that has shown the board before.
 */
export function createChime(core: Core): (after: SnapshotKind | "event") => void {
  let chimedAt = Number.NEGATIVE_INFINITY;
  let known = idsOf(ordersHere(core));
  return (after) => {
    const here = ordersHere(core);
    const added = here.filter(({ id }) => !known.has(id));
    known = idsOf(here);
    // A device does not remember scheduled orders.
    const isNews = after !== "first" || (core.remembered !== undefined && !added.every(awaitsRelease));
    if (added.length === 0 || !isNews || Math.abs(Date.now() - chimedAt) < chimeMs) return;
    chimedAt = Date.now();
    core.sounds.play("arrival");
  };
}

const ordersHere = (core: Core) => [...core.state.peek().orders.values()].filter((order) => isHere(core, order));
const idsOf = (orders: readonly Order[]): ReadonlySet<string> => new Set(orders.map(({ id }) => id));

/** Whether the order has a card here. A scheduled order arrives at the pass to be accepted, and again when released. */
function isHere({ station, state, catalogue }: Core, order: Order): boolean {
  if (order.status === "cancelled" || !isCard(order, station)) return false;
  // With automatic acceptance, there is nothing to do before the release.
  if (awaitsRelease(order)) return order.acceptBy !== undefined;
  const of = (itemId: string) => state.peek().items.get(itemId) ?? catalogue.peek().items.get(itemId);
  return station === undefined || order.lines.some(({ itemId }) => of(itemId)?.stationId === station);
}

/** Used until the kitchen is known. */
const usual = { nudgeSeconds: 60, acceptanceOverdueSeconds: 90 };

/**
 * Plays the reminder and the alarms for orders that are not accepted, at the times that the server sets: for an order
 * that was placed while the kitchen was closed, after the opening.
 */
export function remind({ clock, sounds, catalogue }: Core, cards: ReadonlySignal<readonly Card[]>): void {
  let before = clock.now();
  effect(() => {
    const now = clock.second.value;
    const { nudgeSeconds, acceptanceOverdueSeconds } = catalogue.peek().kitchen?.times ?? usual;
    const due = cards.peek().map(({ order: { status, nudgeAt } }) => {
      if (status !== "placed" || nudgeAt === undefined) return undefined;
      const remindAt = Date.parse(nudgeAt);
      return acceptanceSound(remindAt, remindAt + (acceptanceOverdueSeconds - nudgeSeconds) * 1_000, before, now);
    });
    before = now;
    if (due.includes("alarm")) sounds.play("alarm");
    else if (due.includes("reminder")) sounds.play("reminder");
  });
}

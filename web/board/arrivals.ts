/** What is heard of orders: a chime for those that are new to this board, and the alarm of those not accepted. */
import { effect, type ReadonlySignal } from "@preact/signals";
import { acceptanceSound } from "../lib/sound";
import { type Card, isCard } from "./cards";
import type { Core } from "./core";
import { awaitsRelease, type Order } from "./state";

/** After an outage the events of many orders come at once. */
const chimeMs = 1_000;

/**
 * Chimes for orders that are new at this board since the last call, of which there is one after each change.
 * `isHeard` is false when they are no news, as in the first snapshot of the page.
 */
export function createChime(core: Core): (isHeard: boolean) => void {
  let chimedAt = Number.NEGATIVE_INFINITY;
  let known: ReadonlySet<string> = new Set();
  return (isHeard) => {
    const here = [...core.state.peek().orders.values()].filter((order) => isHere(core, order)).map(({ id }) => id);
    const hasNew = here.some((id) => !known.has(id));
    known = new Set(here);
    if (!isHeard || !hasNew || Math.abs(Date.now() - chimedAt) < chimeMs) return;
    chimedAt = Date.now();
    core.sounds.play("arrival");
  };
}

/** Whether it has a card here. A scheduled order arrives at the pass to be accepted, and again with its release. */
function isHere({ station, state, catalogue }: Core, order: Order): boolean {
  if (order.status === "cancelled" || !isCard(order, station)) return false;
  // Automatic acceptance leaves nothing to be done before the release.
  if (awaitsRelease(order)) return order.acceptBy !== undefined;
  const of = (itemId: string) => state.peek().items.get(itemId) ?? catalogue.peek().items.get(itemId);
  return station === undefined || order.lines.some(({ itemId }) => of(itemId)?.stationId === station);
}

/** Of a kitchen that is not known yet. */
const usual = { nudgeSeconds: 60, acceptanceOverdueSeconds: 90 };

/**
 * The reminder and the alarms of orders that are not accepted, when the server reminds: of an order that was placed
 * while the kitchen was closed, after the opening.
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

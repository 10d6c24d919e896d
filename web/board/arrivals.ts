/** Chimes for orders that are new to this board, once for each batch of them. */
import type { LiveEvent, SnapshotKind } from "../lib/live";
import type { Core } from "./core";
import { awaitsRelease, type BoardState, type Order } from "./state";

/** After an outage the events of many orders come at once. */
const chimeMs = 1_000;

export type Arrivals = {
  afterSnapshot(before: BoardState, kind: SnapshotKind): void;
  afterEvent(event: LiveEvent): void;
};

/** Both are to be called when the board's state is already the new one. */
export function createArrivals(core: Core): Arrivals {
  let chimedAt = Number.NEGATIVE_INFINITY;
  function chime(): void {
    if (Math.abs(Date.now() - chimedAt) < chimeMs) return;
    chimedAt = Date.now();
    core.sounds.play("arrival");
  }
  return {
    afterSnapshot: (before, kind) => {
      if (kind !== "resumed") return;
      const isNew = (order: Order) => {
        const known = before.orders.get(order.id);
        return isHere(core, order) && !(known && isHere(core, known));
      };
      if ([...core.state.peek().orders.values()].some(isNew)) chime();
    },
    afterEvent: ({ type, data }) => {
      if (type !== "order.placed" && type !== "order.released") return;
      const order = core.state.peek().orders.get(String(data.orderId));
      if (order && isHere(core, order)) chime();
    },
  };
}

/** Whether it is to be cooked here, or to be accepted; a scheduled order arrives at the cook when it is released. */
function isHere({ station, state, catalogue }: Core, order: Order): boolean {
  if (!["placed", "accepted", "preparing"].includes(order.status)) return false;
  if (station === undefined) return !awaitsRelease(order) || order.acceptBy !== undefined;
  if (awaitsRelease(order)) return false;
  const of = (itemId: string) => state.peek().items.get(itemId) ?? catalogue.peek().items.get(itemId);
  return order.lines.some(({ itemId }) => of(itemId)?.stationId === station);
}

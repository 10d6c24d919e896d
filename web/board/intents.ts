/** A cook's actions, as changes for the outbox. All are idempotent: each names the state that it sets. */
import type { Change } from "../lib/api";
import type { Mode } from "../lib/mode";
import { type Card, dueAt, lineState, type Station } from "./cards";
import type { Item, LineState, Order, OrderStatus } from "./state";

export type Intent =
  | { readonly kind: "accept"; readonly orderId: string; readonly number: number }
  | {
      readonly kind: "progress";
      readonly orderId: string;
      readonly number: number;
      readonly lines: readonly number[];
      readonly to: LineState;
    }
  | { readonly kind: "bump"; readonly orderId: string; readonly number: number }
  | { readonly kind: "hand_over"; readonly orderId: string; readonly number: number }
  | { readonly kind: "cancel"; readonly orderId: string; readonly number: number }
  | { readonly kind: "release"; readonly orderId: string; readonly number: number }
  | { readonly kind: "promise"; readonly orderId: string; readonly number: number; readonly readyAt: string }
  | { readonly kind: "mode"; readonly mode: Mode }
  | {
      readonly kind: "availability";
      readonly itemId: string;
      readonly name: string;
      readonly available: boolean;
      /** When the item is on again. */
      readonly until?: string;
      /** The order that is cancelled because the item is out; both are undone together. */
      readonly cancels?: string;
    }
  | { readonly kind: "waste"; readonly number: number };

export type Action = { readonly subject: string; readonly intent: Intent; readonly changes: readonly Change[] };

export type CancelReason = "out_of_stock" | "too_busy" | "closed" | "equipment" | "other";
export type Disposition = "return" | "waste" | "by_progress";

export function accept(order: Order, prepMinutes: number | undefined): Action {
  return of(order, { kind: "accept", ...ids(order) }, [put(order, "status", { status: "accepted", prepMinutes })]);
}

export function progress(
  order: Order,
  lines: readonly number[],
  to: LineState,
  station: Station,
  from?: LineState,
): Action {
  const body = { lines, to, station, from };
  return of(order, { kind: "progress", ...ids(order), lines, to }, [put(order, "progress", body)]);
}

/** Ready implies that each line is done, so that is recorded first; it implies preparing. */
export function bump(order: Order): Action {
  const lines = order.lines.flatMap((_, index) => (lineState(order, index) === "done" ? [] : [index]));
  const changes = [
    ...(lines.length > 0 ? [put(order, "progress", { lines, to: "done" })] : []),
    put(order, "status", { status: "ready" }),
  ];
  return of(order, { kind: "bump", ...ids(order) }, changes);
}

/** The button at a card's foot: at the pass it sets the order to ready, at a station it marks its lines as done. */
export function finish({ order, lines }: Card, station: Station): Action {
  if (station === undefined) return bump(order);
  const undone = lines.flatMap((line) => (line.state === "done" ? [] : line.indices));
  return progress(order, undone, "done", station);
}

/** Starts only waiting lines: a start that is sent late does not take back lines that are done. */
export function start(card: Card, station: Station): Action {
  return recall(card, station, "waiting");
}

/** Takes back lines that were marked as done too early. */
export function recall({ order, lines }: Card, station: Station, from?: LineState): Action {
  return progress(
    order,
    lines.flatMap((line) => line.indices),
    "started",
    station,
    from,
  );
}

/** @param proof a code, or a manager's reason for not using one */
export function handOver(order: Order, proof?: { code: string } | { override: string }): Action {
  const status = order.fulfilment.type === "pickup" ? "delivered" : "out_for_delivery";
  return of(order, { kind: "hand_over", ...ids(order) }, [put(order, "status", { status, ...proof })]);
}

/**
 * Depends on the order's current status: a cancellation that is sent late does not cancel an order on the road.
 * @param ifStatus the order's status after the taps before this one
 */
export function cancel(
  order: Order,
  reason: CancelReason,
  stock: Disposition | undefined,
  ifStatus: OrderStatus = order.status,
): Action {
  const body = { status: "cancelled", reason, stock, ifStatus };
  return of(order, { kind: "cancel", ...ids(order) }, [put(order, "status", body)]);
}

export function release(order: Order): Action {
  return of(order, { kind: "release", ...ids(order) }, [put(order, "schedule", { release: "now" })]);
}

/** Sets a time instead of adding minutes: repeating it moves the promise only once. */
export function promise(order: Order, readyAt: string, reason: string): Action {
  return of(order, { kind: "promise", ...ids(order), readyAt }, [put(order, "promise", { readyAt, reason })]);
}

export function mode(kitchenId: string, wanted: Mode): Action {
  const { mode, delayMinutes, until } = wanted;
  const body = mode === "busy" ? { mode, delayMinutes, until } : { mode };
  return {
    subject: "mode",
    intent: { kind: "mode", mode: wanted },
    changes: [{ method: "PUT", path: `/v1/kitchens/${kitchenId}/mode`, body }],
  };
}

export function availability(
  kitchenId: string,
  itemId: string,
  name: string,
  until: string | undefined,
  cancels?: Order,
): Action {
  const body = until === undefined ? { available: true } : { available: false, until };
  return {
    subject: `item ${itemId}`,
    intent: {
      kind: "availability",
      itemId,
      name,
      available: until === undefined,
      ...(until !== undefined && { until }),
      ...(cancels && { cancels: cancels.id }),
    },
    changes: [{ method: "PUT", path: `/v1/kitchens/${kitchenId}/items/${itemId}/availability`, body }],
  };
}

/** Books the ingredients of a cancelled order, which were returned to stock, as waste; undefined if it has none. */
export function waste(order: Order, items: ReadonlyMap<string, Item>): Action | undefined {
  const quantities = new Map<string, number>();
  for (const line of order.lines) {
    for (const part of [{ itemId: line.itemId, quantity: 1 }, ...line.modifiers]) {
      for (const { sku, quantity } of items.get(part.itemId)?.recipe ?? [])
        quantities.set(sku, (quantities.get(sku) ?? 0) + quantity * part.quantity * line.quantity);
    }
  }
  if (quantities.size === 0) return undefined;
  const note = `Order ${order.number} of ${order.businessDay}, cancelled when it was cooked`;
  const why = { note, reason: "cancelled_order" };
  const movements = [...quantities].map(([sku, quantity]) => ({ sku, kind: "wasted", quantity, ...why }));
  const path = `/v1/kitchens/${order.kitchenId}/stock/movements`;
  return {
    subject: `order ${order.id}`,
    intent: { kind: "waste", number: order.number },
    // The order id makes it one booking for all screens: a key is scoped to its caller.
    changes: [
      { method: "POST", path, body: { movements, orderId: order.id }, idempotencyKey: `cancelled-${order.id}` },
    ],
  };
}

/** Whether an intent is undone together with another one: an item that was taken off goes back with its order. */
export function isUndoneWith(intent: Intent, other: Intent): boolean {
  return intent.kind === "availability" && other.kind === "cancel" && intent.cancels === other.orderId;
}

/** Counts from the promised time, or from now if that has passed: the server rejects a promise in the past. */
export function later(order: Order, minutes: number, now: number): Action {
  return promise(order, new Date(Math.max(dueAt(order), now) + minutes * 60_000).toISOString(), "busy");
}

function of(order: Order, intent: Intent, changes: readonly Change[]): Action {
  return { subject: `order ${order.id}`, intent, changes };
}

function ids({ id, number }: Order) {
  return { orderId: id, number };
}

function put(order: Order, what: string, body: unknown): Change {
  return { method: "PUT", path: `/v1/orders/${order.id}/${what}`, body };
}

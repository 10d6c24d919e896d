/** Orders, boards and events for tests. */
import type { LiveEvent } from "../lib/live";
import type { Board, Item, Order } from "./state";

export const noon = Date.parse("2026-07-01T12:00:00Z");
const price = { amount: 0, currency: "INR" };

/** A time some minutes after noon. */
export function at(minutes: number): string {
  return new Date(noon + minutes * 60_000).toISOString();
}

export function line(itemId: string, quantity = 1, more: Partial<Order["lines"][number]> = {}): Order["lines"][number] {
  return { itemId, name: itemId, quantity, unitPrice: price, modifiers: [], subtotal: price, tax: price, ...more };
}

/** An order that was accepted at noon and is promised for 12:20. */
export function order(id: string, more: Partial<Order> = {}): Order {
  return {
    id,
    status: "accepted",
    version: 2,
    number: Number(id.replace(/\D/g, "")) || 1,
    businessDay: "2026-07-01",
    kitchenId: "blr-01",
    brandId: "biryani-house",
    channel: "app",
    placedAt: at(0),
    lines: [line("biryani", 2), line("raita")],
    totals: { subtotal: price, tax: price, fees: price, total: price },
    customer: {},
    fulfilment: { type: "delivery" },
    promise: { readyAt: at(20), first: at(20), moved: 0 },
    timeline: [
      { status: "placed", at: at(0), by: "channel", implied: false },
      { status: "accepted", at: at(0), by: "system", implied: false },
    ],
    allowedStatuses: [],
    updatedAt: at(0),
    ...more,
  };
}

export function board(orders: readonly Order[], more: Partial<Board> = {}): Board {
  return {
    asOf: "100",
    now: at(0),
    mode: { mode: "online", delayMinutes: 0 },
    orders: [...orders],
    scheduled: [],
    items: [],
    allergyWords: [],
    truncated: false,
    ...more,
  };
}

let position = 100;

/** An event of an order. Its status is the name of the type unless `data` contains another one. */
export function event(type: string, orderId: string, version: number, data: object = {}, time = at(5)): LiveEvent {
  position += 1;
  return {
    specversion: "1.0",
    id: String(position),
    source: "/tiffin",
    type: `order.${type}`,
    subject: `orders/${orderId}`,
    time,
    datacontenttype: "application/json",
    sequence: String(version).padStart(10, "0"),
    position: String(position),
    kitchenid: "blr-01",
    data: { orderId, version, number: 1, status: type, by: "kitchen", ...data } as unknown as LiveEvent["data"],
  };
}

export function itemsOf(...items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.itemId, item]));
}

/** The board as this device last showed it. */
import type { ReadonlySignal } from "@preact/signals";
import type { LiveStatus } from "../lib/live";
import * as device from "../lib/remembered";
import { store } from "../lib/stored";
import { type Catalogue, emptyCatalogue } from "./catalogue";
import type { Core } from "./core";
import { type BoardState, emptyBoard, isInKitchen, type Order } from "./state";

const storeEveryMs = 10_000;

export type Remembered = device.Aged & {
  readonly state: BoardState;
  readonly catalogue: Catalogue;
};

export function recall(kitchenId: string, now: number): Remembered | undefined {
  return device.recall(nameOf(kitchenId), now, (shown: Shown) => {
    const { heardAt, offsetMs, orders, items, kitchen, brands, ingredients } = shown;
    const { mode, prepareSeconds, allergyWords = [], left = [] } = shown;
    const known = { orders: new Map(orders), items: new Map(items), mode, prepareSeconds, allergyWords, left };
    const names = { kitchen, brands: new Map(brands), ingredients: new Map(ingredients) };
    return { state: { ...emptyBoard, ...known }, catalogue: { ...emptyCatalogue, ...names }, heardAt, offsetMs };
  });
}

export function forget(kitchenId: string): void {
  store(nameOf(kitchenId), "");
}

/** Stores the board while it changes, and when its page is left. */
export function remember(core: Core, link: ReadonlySignal<LiveStatus>): void {
  const { state, catalogue, phase, clock, kitchenId } = core;
  let stored: BoardState | undefined;
  function write(): void {
    const heardAt = link.peek().link === "live" ? clock.now() : link.peek().heardAt;
    if (phase.peek() !== "shown" || state.peek() === stored || heardAt === undefined) return;
    stored = state.peek();
    const shown = shownOf({ state: stored, catalogue: catalogue.peek(), heardAt, offsetMs: offset() });
    device.remember(nameOf(kitchenId), shown);
  }
  const offset = () => clock.now() - Date.now();
  // A separate timer: all cards are rendered at the clock's second.
  setInterval(write, storeEveryMs);
  window.addEventListener("pagehide", write);
}

type Shown = ReturnType<typeof shownOf>;

export function shownOf({ state, catalogue, heardAt, offsetMs }: Remembered) {
  const { orders, items, mode, prepareSeconds, allergyWords } = state;
  const { kitchen, brands, ingredients } = catalogue;
  const shown = [...orders].filter(([_, order]) => isInKitchen(order) || order.status === "cancelled");
  return {
    heardAt,
    offsetMs,
    orders: shown.map(([id, order]): [string, Order] => [id, withoutContact(order)]),
    items: [...items],
    mode,
    prepareSeconds,
    kitchen,
    brands: [...brands],
    ingredients: [...ingredients],
    allergyWords,
    left: state.left.map(withoutNotes),
  };
}

// A tablet may be stolen: it stores the dishes, but no names of customers, couriers or staff.
function withoutContact(order: Order): Order {
  const { courierContact, trackingUrl, payment, metadata, proof, collectionCode, deliveryCode, ...rest } = order;
  return {
    ...rest,
    customer: {},
    fulfilment: { type: order.fulfilment.type },
    // That there is one is shown without the id.
    ...(order.courierId !== undefined && { courierId: "" }),
    timeline: order.timeline.map(({ courierId, who, ...step }) => step),
  };
}

// An order that has left the kitchen is no longer cooked: its notes are not needed.
function withoutNotes(order: Order): Order {
  const lines = order.lines.map(({ note, ...line }) => line);
  return { ...withoutContact(order), lines };
}

function nameOf(kitchenId: string): string {
  return `board.${kitchenId}`;
}

/** The board as this device showed it last: what a tablet shows that starts without a network, with its age. */
import { effect, type ReadonlySignal } from "@preact/signals";
import type { LiveStatus } from "../lib/live";
import { read, store } from "../lib/stored";
import { type Catalogue, emptyCatalogue } from "./catalogue";
import type { Core } from "./core";
import { type BoardState, emptyBoard, isInKitchen, type Order } from "./state";

/** Older than this it is of another shift. */
const rememberedForMs = 6 * 3_600_000;
const storeEveryMs = 10_000;

export type Remembered = {
  readonly state: BoardState;
  readonly catalogue: Catalogue;
  /** When it was true, by the server's clock, and what that clock was ahead of this device's. */
  readonly heardAt: number;
  readonly offsetMs: number;
};

export function recall(kitchenId: string, now: number): Remembered | undefined {
  try {
    const { heardAt, offsetMs, orders, items, mode, preparedMs, kitchen, brands, ingredients } = JSON.parse(
      read(nameOf(kitchenId)) ?? "{}",
    );
    const age = now + offsetMs - heardAt;
    if (!(age >= 0 && age < rememberedForMs)) return undefined;
    const state = { ...emptyBoard, orders: new Map<string, Order>(orders), items: new Map(items), mode, preparedMs };
    const catalogue = { ...emptyCatalogue, kitchen, brands: new Map(brands), ingredients: new Map(ingredients) };
    return { state, catalogue, heardAt, offsetMs } as Remembered;
  } catch {
    return undefined;
  }
}

export function forget(kitchenId: string): void {
  store(nameOf(kitchenId), "");
}

/** Written while the board changes, and when its page is left. */
export function remember(core: Core, link: ReadonlySignal<LiveStatus>): void {
  const { state, catalogue, phase, clock, kitchenId } = core;
  let stored: BoardState | undefined;
  function write(): void {
    const heardAt = link.peek().link === "live" ? clock.now() : link.peek().heardAt;
    if (phase.peek() !== "shown" || state.peek() === stored || heardAt === undefined) return;
    stored = state.peek();
    store(nameOf(kitchenId), textOf({ state: stored, catalogue: catalogue.peek(), heardAt, offsetMs: offset() }));
  }
  const offset = () => clock.now() - Date.now();
  effect(() => {
    if (clock.second.value % storeEveryMs === 0) write();
  });
  window.addEventListener("pagehide", write);
}

export function textOf({ state, catalogue, heardAt, offsetMs }: Remembered): string {
  const { orders, items, mode, preparedMs } = state;
  const { kitchen, brands, ingredients } = catalogue;
  const shown = [...orders].filter(([_, order]) => isInKitchen(order) || order.status === "cancelled");
  return JSON.stringify({
    heardAt,
    offsetMs,
    orders: shown.map(([id, order]) => [id, withoutContact(order)]),
    items: [...items],
    mode,
    preparedMs,
    kitchen,
    brands: [...brands],
    ingredients: [...ingredients],
  });
}

// A tablet may be stolen: it keeps what is cooked, and for no one.
function withoutContact({ courierContact, trackingUrl, payment, metadata, proof, ...order }: Order): Order {
  return { ...order, customer: {}, fulfilment: { type: order.fulfilment.type } };
}

function nameOf(kitchenId: string): string {
  return `board.${kitchenId}`;
}

/** What a board shows, derived from its state by pure functions. */
import { dueDefaultMs } from "../lib/kitchen-times";
import { type NotePart, partsOf } from "./allergies";
import type { Intent } from "./intents";
import { awaitsRelease, type BoardState, enteredAt, type Item, type LineState, type Order } from "./state";

const minute = 60_000;

/** Used until the kitchen has prepared enough orders. */
const prepareDefaultSeconds = 600;
const needLeastMs = 2 * minute;

export type Modifier = { readonly name: string; readonly quantity: number; readonly isRemoval: boolean };

/** Identical lines of an order, shown as one. */
export type LineGroup = {
  readonly indices: readonly number[];
  readonly itemId: string;
  readonly name: string;
  readonly quantity: number;
  readonly modifiers: readonly Modifier[];
  readonly note?: readonly NotePart[] | undefined;
  readonly state: LineState;
};

export type Card = {
  readonly order: Order;
  readonly lines: readonly LineGroup[];
  /** The other stations that prepare a part of this order. */
  readonly alsoAt: readonly string[];
};

/** Undefined for the board of the pass, which shows all orders, accepts them and sets them to ready. */
export type Station = string | undefined;

export function stationOf(items: ReadonlyMap<string, Item>, itemId: string): Station {
  return items.get(itemId)?.stationId;
}

/** Sorted by name. */
export function stationsOf(items: ReadonlyMap<string, Item>): readonly string[] {
  return [...new Set([...items.values()].flatMap(({ stationId }) => stationId ?? []))].sort();
}

/** Whether nothing is made at a station: it was renamed, or is misspelt in the screen's URL. */
export function isUnknown(station: Station, items: ReadonlyMap<string, Item>): boolean {
  return station !== undefined && items.size > 0 && !stationsOf(items).includes(station);
}

/** Creates the card of each order once: an event of one order must not render a board of 200 again. */
export function cardMaker(
  items: ReadonlyMap<string, Item>,
  station: Station,
  allergyWords: readonly string[] = [],
): (order: Order) => Card {
  const made = new WeakMap<Order, Card>();
  return (order) => {
    const known = made.get(order);
    if (known) return known;
    const card = cardOf(order, items, station, allergyWords);
    made.set(order, card);
    return card;
  };
}

function cardOf(
  order: Order,
  items: ReadonlyMap<string, Item>,
  station: Station,
  allergyWords: readonly string[],
): Card {
  const places = order.lines.map((line) => stationOf(items, line.itemId));
  const shown = order.lines.flatMap((_, index) => (station === undefined || places[index] === station ? [index] : []));
  const others = new Set(places.filter((place) => place !== undefined && place !== station));
  const lines = groups(order, shown, allergyWords);
  return { order, lines, alsoAt: station === undefined ? [] : ([...others].sort() as string[]) };
}

/** Whether an order is done once these lines are done too: with `readyWhenDone`, it then becomes ready. */
export function isLastOf(order: Order, indices: readonly number[]): boolean {
  return order.lines.every((_, index) => indices.includes(index) || lineState(order, index) === "done");
}

/** Whether cooking can start here; a station can also start an order that others have started. */
export function isStartable({ order, lines }: Card, station: Station): boolean {
  const isOpen = order.status === "accepted" || (order.status === "preparing" && station !== undefined);
  return isOpen && lines.every((line) => line.state === "waiting");
}

export function lineState(order: Order, index: number): LineState {
  return order.progress?.[index]?.state ?? "waiting";
}

function groups(order: Order, indices: readonly number[], allergyWords: readonly string[]): readonly LineGroup[] {
  const alike = new Map<string, number[]>();
  for (const index of indices) {
    const line = order.lines[index];
    const key = JSON.stringify([line?.itemId, line?.modifiers.map((one) => [one.itemId, one.quantity]), line?.note]);
    alike.set(key, [...(alike.get(key) ?? []), index]);
  }
  return [...alike.values()].flatMap((one) => group(order, one, allergyWords) ?? []);
}

function group(order: Order, indices: readonly number[], allergyWords: readonly string[]): LineGroup | undefined {
  const line = order.lines[indices[0] ?? 0];
  if (!line) return undefined;
  const states = indices.map((index) => lineState(order, index));
  return {
    indices,
    itemId: line.itemId,
    name: line.name,
    quantity: indices.reduce((sum, index) => sum + (order.lines[index]?.quantity ?? 0), 0),
    modifiers: line.modifiers.map(({ name, quantity }) => ({ name, quantity, isRemoval: isRemoval(name) })),
    note: line.note === undefined ? undefined : partsOf(line.note, allergyWords),
    state: states.every((one) => one === "done")
      ? "done"
      : states.some((one) => one !== "waiting")
        ? "started"
        : "waiting",
  };
}

/** The items and extras of an order that may be out, by id. */
export function mayBeOut({ lines }: Order): ReadonlyMap<string, string> {
  const parts = lines.flatMap((line) => [line, ...line.modifiers.filter(({ name }) => !isRemoval(name))]);
  return new Map(parts.map(({ itemId, name }) => [itemId, name]));
}

function isRemoval(name: string): boolean {
  return /^(no|without|less|hold)\b|^बिना/i.test(name);
}

/** The orders as they will be once the unsent taps are sent. */
export function withPending(
  orders: ReadonlyMap<string, Order>,
  intents: readonly Intent[],
): ReadonlyMap<string, Order> {
  if (intents.length === 0) return orders;
  const next = new Map(orders);
  for (const intent of intents) {
    const order = "orderId" in intent ? next.get(intent.orderId) : undefined;
    if (!order) continue;
    if (intent.kind === "cancel" || intent.kind === "hand_over") next.delete(order.id);
    else next.set(order.id, intended(order, intent));
  }
  return next;
}

function intended(order: Order, intent: Intent): Order {
  // A tap on the old card does not bring back an order that has ended meanwhile.
  if (order.status === "cancelled") return order;
  switch (intent.kind) {
    case "accept":
      return order.status === "placed" ? { ...order, status: "accepted" } : order;
    case "progress":
      return withProgress(order, intent.lines, intent.to);
    case "bump":
      return {
        ...withProgress(
          order,
          order.lines.map((_, index) => index),
          "done",
        ),
        status: "ready",
      };
    case "release":
      return order.schedule
        ? { ...order, schedule: { ...order.schedule, releasedAt: order.schedule.releaseAt } }
        : order;
    case "promise":
      return order.promise ? { ...order, promise: { ...order.promise, readyAt: intent.readyAt } } : order;
    default:
      return order;
  }
}

function withProgress(order: Order, lines: readonly number[], to: LineState): Order {
  const isMoved = order.status === "placed" || order.status === "accepted";
  return {
    ...order,
    status: isMoved && to !== "waiting" ? "preparing" : order.status,
    progress: order.lines.map((_, index) =>
      lines.includes(index) ? { state: to } : (order.progress?.[index] ?? { state: "waiting" }),
    ),
  };
}

/** By promise, then by age. */
export function byDue(one: Order, other: Order): number {
  return (
    dueAt(one) - dueAt(other) || Date.parse(one.placedAt) - Date.parse(other.placedAt) || (one.id < other.id ? -1 : 1)
  );
}

const dues = new WeakMap<Order, number>();

/** Parsed once per order: all cards are sorted by it at each event. */
export function dueAt(order: Order): number {
  const known = dues.get(order);
  if (known !== undefined) return known;
  const due = order.promise ? Date.parse(order.promise.readyAt) : Date.parse(order.placedAt) + dueDefaultMs;
  dues.set(order, due);
  return due;
}

export function cardsOf(
  orders: ReadonlyMap<string, Order>,
  station: Station,
  make: (order: Order) => Card,
): readonly Card[] {
  return [...orders.values()]
    .filter((order) => isCard(order, station))
    .sort(byDue)
    .map(make)
    .filter((card) => station === undefined || isOfStation(card));
}

export function isCard(order: Order, station: Station): boolean {
  if (awaitsRelease(order)) return order.status === "placed" && station === undefined;
  return (
    order.status === "accepted" ||
    order.status === "preparing" ||
    order.status === "cancelled" ||
    (order.status === "placed" && station === undefined)
  );
}

function isOfStation({ order, lines }: Card): boolean {
  // A denied order was never prepared at any station.
  if (order.status === "cancelled") return lines.length > 0 && enteredAt(order, "accepted") !== undefined;
  return lines.some((line) => line.state !== "done");
}

export function readyOf(orders: ReadonlyMap<string, Order>): readonly Order[] {
  const at = (order: Order) => enteredAt(order, "ready") ?? Date.parse(order.updatedAt);
  return [...orders.values()].filter((order) => order.status === "ready").sort((one, other) => at(one) - at(other));
}

/** Sorted by the time of their release. */
export function scheduledOf(orders: ReadonlyMap<string, Order>): readonly Order[] {
  const at = (order: Order) => Date.parse(order.schedule?.releaseAt ?? order.placedAt);
  return [...orders.values()].filter(awaitsRelease).sort((one, other) => at(one) - at(other));
}

export type Bumped = {
  readonly order: Order;
  readonly at: number;
  /** Whether its lines can still be set back; a status cannot. */
  readonly isRecallable: boolean;
};

const bumpedMax = 20;

/** The orders that were bumped last, here or on another screen, newest first. */
export function bumpedOf(
  orders: ReadonlyMap<string, Order>,
  left: readonly Order[],
  station: Station,
  make: (order: Order) => Card,
): readonly Bumped[] {
  const open = [...orders.values()].flatMap((order) => {
    if (order.status === "ready") return [bumped(order, false)];
    const isDone = order.status === "preparing" && make(order).lines.some(() => true) && isAllDone(make(order));
    return isDone ? [{ order, at: Date.parse(order.updatedAt), isRecallable: true }] : [];
  });
  const gone = left.map((order) => bumped(order, false));
  return [...open, ...gone]
    .filter(({ order }) => station === undefined || make(order).lines.length > 0)
    .sort((one, other) => other.at - one.at)
    .slice(0, bumpedMax);
}

function isAllDone(card: Card): boolean {
  return card.lines.every((line) => line.state === "done");
}

function bumped(order: Order, isRecallable: boolean): Bumped {
  return { order, at: enteredAt(order, "ready") ?? Date.parse(order.updatedAt), isRecallable };
}

export type Level = "calm" | "soon" | "late";

/** How long an order takes from start to ready. */
export function needMs({ prepareSeconds = prepareDefaultSeconds }: Pick<BoardState, "prepareSeconds">): number {
  return prepareSeconds * 1_000;
}

/** soon: the time left is less than the lines that are not done need. */
export function levelOf(order: Order, now: number, need: number): Level {
  const left = dueAt(order) - now;
  if (left < 0) return "late";
  const undone = order.lines.filter((_, index) => lineState(order, index) !== "done").length;
  return left < Math.max(needLeastMs, (need * undone) / Math.max(1, order.lines.length)) ? "soon" : "calm";
}

/** When the kitchen got the order: a scheduled order that was placed yesterday is not a day old. */
export function begunAt({ placedAt, schedule }: Order): number {
  return Date.parse(schedule?.releasedAt ?? placedAt);
}

/** 1 when the order arrives, 0 when it is due. */
export function timeLeftShare(order: Order, now: number): number {
  const [from, to] = [begunAt(order), dueAt(order)];
  return to <= from ? 0 : Math.min(1, Math.max(0, (to - now) / (to - from)));
}

/** Whether the time left is shown in hours, as for a scheduled order that is to be accepted at night. */
export function isFar(due: number, now: number): boolean {
  return due - now >= 120 * minute;
}

/** The time to the promise as a cook reads it: 7, 0 or +3 minutes, or hours if it is far. */
export function timeLeft(due: number, now: number): string {
  const left = due - now;
  if (left < 0) return `+${Math.ceil(-left / minute)}`;
  return String(Math.floor(left / (isFar(due, now) ? 60 * minute : minute)));
}

export function minutesSince(then: number, now: number): number {
  return Math.max(0, Math.floor((now - then) / minute));
}

export type Count = { readonly id: string; readonly name: string; readonly quantity: number };

/** The items that are still to be made, over all cards. */
export function itemCounts(cards: readonly Card[]): readonly Count[] {
  const counts = new Map<string, Count>();
  for (const { itemId, name, quantity } of undoneLines(cards)) add(counts, itemId, name, quantity);
  return [...counts.values()].sort(byQuantity);
}

/** The ingredients that these items take from the stock, over all brands; the names are the SKUs. */
export function ingredientCounts(cards: readonly Card[], items: ReadonlyMap<string, Item>): readonly Count[] {
  const [counts, uses] = [new Map<string, Count>(), new Map<string, number>()];
  for (const { itemId, quantity, modifiers } of undoneLines(cards)) {
    for (const part of [{ itemId, quantity: 1 }, ...modifiers]) {
      for (const { sku, quantity: each } of items.get(part.itemId)?.recipe ?? []) {
        add(counts, sku, sku, each * part.quantity * quantity);
        uses.set(sku, (uses.get(sku) ?? 0) + 1);
      }
    }
  }
  return [...counts.values()].sort((one, other) => (uses.get(other.id) ?? 0) - (uses.get(one.id) ?? 0));
}

function undoneLines(cards: readonly Card[]): readonly Order["lines"][number][] {
  return cards.filter(isToCook).flatMap(({ order, lines }) => {
    const indices = lines.flatMap((line) => line.indices);
    return indices.flatMap((index) => (lineState(order, index) === "done" ? [] : (order.lines[index] ?? [])));
  });
}

/** A scheduled order for tomorrow has a card while it is to be accepted, but is not work for today. */
function isToCook({ order }: Card): boolean {
  return order.status !== "cancelled" && !awaitsRelease(order);
}

function add(counts: Map<string, Count>, id: string, name: string, quantity: number): void {
  counts.set(id, { id, name, quantity: (counts.get(id)?.quantity ?? 0) + quantity });
}

function byQuantity(one: Count, other: Count): number {
  return other.quantity - one.quantity || (one.name < other.name ? -1 : 1);
}

export type Numbers = {
  readonly open: number;
  readonly late: number;
  readonly toAccept: number;
  readonly oldestMinutes: number | undefined;
};

export function numbersOf(cards: readonly Card[], now: number): Numbers {
  const open = cards.filter(isToCook);
  const begun = open.map(({ order }) => begunAt(order));
  return {
    open: open.length,
    late: open.filter(({ order }) => dueAt(order) < now).length,
    toAccept: cards.filter(({ order }) => order.status === "placed").length,
    oldestMinutes: begun.length > 0 ? minutesSince(Math.min(...begun), now) : undefined,
  };
}

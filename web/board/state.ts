/** The kitchen board's open orders: a snapshot, and the events that continue it. */
import type { Schemas } from "../lib/api";
import { orderDifferences } from "../lib/comparison";
import type { LiveEvent } from "../lib/live";
import { type Mode, modeDifference, modeOf, online } from "../lib/mode";

export type Order = Schemas["OrderView"];
export type OrderStatus = Schemas["OrderStatus"];
export type LineState = Schemas["LineState"];
export type Item = Schemas["BoardItem"];
export type Board = Schemas["BoardView"];

export type BoardState = {
  /** The open orders, and those cancelled while in the kitchen, until the kitchen has acknowledged it. */
  readonly orders: ReadonlyMap<string, Order>;
  /** Orders to be read: events have no notes, and an event may be missing. */
  readonly unread: ReadonlySet<string>;
  /** Orders that left the kitchen, newest first. */
  readonly left: readonly Order[];
  readonly items: ReadonlyMap<string, Item>;
  readonly mode: Mode;
  /** Preparation time of the kitchen's last orders; undefined if there were too few. */
  readonly prepareSeconds?: number | undefined;
  /** Words in notes that the chain marks as allergy words. */
  readonly allergyWords: readonly string[];
  readonly truncated: boolean;
};

export const emptyBoard: BoardState = {
  orders: new Map(),
  unread: new Set(),
  left: [],
  items: new Map(),
  mode: online,
  allergyWords: [],
  truncated: false,
};

const leftMax = 20;

/** Details of an order that events carry when they change; null removes one. */
const details = [
  "nudgeAt",
  "acceptBy",
  "promise",
  "collectBy",
  "overdue",
  "progress",
  "schedule",
  "courier",
  "handoverCodes",
  "contactless",
  "deliveryAttempts",
] as const;

type OrderEvent = Partial<Pick<Order, (typeof details)[number]>> &
  Pick<Order, "status" | "version" | "number" | "brandId" | "channel" | "lines" | "totals" | "fulfilment"> & {
    readonly orderId: string;
    readonly businessDay: string;
    readonly placedAt: string;
    readonly kitchenId: string;
    readonly externalReference?: string;
    readonly customerId?: string;
    readonly courierId?: string;
    readonly reason?: string;
    readonly disposition?: Schemas["StockDisposition"];
    readonly by?: Schemas["Role"];
    readonly implied?: boolean;
  };

/** Takes a snapshot. Keeps cancellations that the kitchen must still see, and missing orders that were in it. */
export function replace(state: BoardState, board: Board): BoardState {
  const open = [...board.orders, ...board.scheduled];
  const orders = new Map(open.map((order) => [order.id, order]));
  const unread = new Set<string>();
  for (const known of state.orders.values()) {
    if (orders.has(known.id)) continue;
    if (known.status === "cancelled") orders.set(known.id, known);
    // Delivered or cancelled meanwhile, and the cook must know which, or beyond the board's limit: a read finds out.
    else if (isInKitchen(known)) {
      orders.set(known.id, known);
      unread.add(known.id);
    }
  }
  return {
    ...state,
    orders,
    unread,
    // Items of earlier orders are in the catalogue, which is read again after a snapshot.
    items: new Map(board.items.map((item) => [item.itemId, item])),
    mode: board.mode,
    prepareSeconds: board.prepareSeconds,
    allergyWords: board.allergyWords,
    truncated: board.truncated,
  };
}

export function apply(state: BoardState, event: LiveEvent): BoardState {
  if (event.type === "kitchen.mode_changed") return { ...state, mode: modeOf(event.data) };
  if (!event.type.startsWith("order.")) return state;
  const data = event.data as unknown as OrderEvent;
  if (event.type === "order.placed") return placed(state, data, event.time);
  const known = state.orders.get(data.orderId);
  // If this board has never seen the order, only a read can provide it.
  if (!known) {
    const isToRead = state.truncated && kitchenStatuses.includes(data.status);
    return isToRead ? { ...state, unread: new Set([...state.unread, data.orderId]) } : state;
  }
  if (data.version <= known.version) return state;
  const order = changed(known, event, data);
  const next = put(state, order);
  // Events do not contain the name of a courier either.
  const isToRead = data.version > known.version + 1 || event.type === "order.courier_assigned";
  return {
    ...next,
    unread: isToRead && isOpen(order) ? new Set([...next.unread, order.id]) : next.unread,
  };
}

/** Takes an order from a read, or from the response to a change. */
export function take(state: BoardState, read: Order): BoardState {
  const known = state.orders.get(read.id);
  const unread = without(state.unread, read.id);
  if (!known) return isOpen(read) ? { ...put(state, read), unread } : { ...state, unread };
  // What was ordered never changes; the rest of an older response is out of date.
  const { lines, customer, fulfilment } = read;
  return { ...put(state, read.version >= known.version ? read : { ...known, lines, customer, fulfilment }), unread };
}

/** Removes an order whose cancellation the kitchen has seen or made. */
export function acknowledge(state: BoardState, orderId: string): BoardState {
  const orders = new Map(state.orders);
  orders.delete(orderId);
  return { ...state, orders, unread: without(state.unread, orderId) };
}

/** Differences from the state that is expected at the same position. Any difference is a defect. */
export function differences(actual: BoardState, expected: BoardState, now: number): readonly string[] {
  const found = orderDifferences(actual.orders, expected.orders, {
    fingerprint,
    // Waits to be acknowledged or read, and differs until then.
    isExempt: (id, one, other) => one?.status === "cancelled" || other?.status === "cancelled" || actual.unread.has(id),
    isCut: actual.truncated || expected.truncated,
  });
  const mode = modeDifference(actual.mode, expected.mode, now);
  return [...found.map(({ what }) => what), ...(mode ? [mode] : [])];
}

const kitchenStatuses: readonly OrderStatus[] = ["placed", "accepted", "preparing", "ready"];

/** On the board's cards, or waiting at the pass. */
export function isInKitchen(order: Order): boolean {
  return kitchenStatuses.includes(order.status) && !awaitsRelease(order);
}

export function awaitsRelease(order: Order): boolean {
  return order.schedule !== undefined && order.schedule.releasedAt === undefined;
}

export function isOpen(order: Order): boolean {
  return order.status !== "delivered" && order.status !== "cancelled";
}

/** When the order entered a status, in ms since 1970. */
export function enteredAt(order: Order, status: OrderStatus): number | undefined {
  const step = order.timeline.find((one) => one.status === status);
  return step && Date.parse(step.at);
}

function placed(state: BoardState, data: OrderEvent, time: string): BoardState {
  if (state.orders.has(data.orderId)) return state;
  const order: Order = {
    id: data.orderId,
    status: "placed",
    version: data.version,
    number: data.number,
    businessDay: data.businessDay,
    kitchenId: data.kitchenId,
    brandId: data.brandId,
    channel: data.channel,
    placedAt: data.placedAt,
    lines: data.lines,
    totals: data.totals,
    customer: data.customerId === undefined ? {} : { id: data.customerId },
    fulfilment: data.fulfilment,
    timeline: [{ status: "placed", at: data.placedAt, by: "system", implied: false }],
    allowedStatuses: [],
    updatedAt: time,
    ...(data.externalReference !== undefined && { externalReference: data.externalReference }),
    ...changedDetails({}, data),
  };
  return { ...put(state, order), unread: new Set([...state.unread, order.id]) };
}

function changed(known: Order, event: LiveEvent, data: OrderEvent): Order {
  const isStep = data.status !== known.status;
  const step = {
    status: data.status,
    at: event.time,
    by: data.by ?? "system",
    implied: data.implied ?? false,
    ...(!isStep && { event: event.type.slice("order.".length) }),
    ...(data.reason !== undefined && { reason: data.reason }),
    ...(data.disposition !== undefined && { stock: data.disposition }),
  };
  return {
    ...changedDetails(event.type.startsWith("order.courier_") ? withoutCourier(known, event.type) : known, data),
    status: data.status,
    version: data.version,
    timeline: [...known.timeline, step],
    updatedAt: event.time,
    ...(data.courierId !== undefined && event.type !== "order.courier_unassigned" && { courierId: data.courierId }),
  };
}

function withoutCourier(order: Order, type: string): Order {
  if (type === "order.courier_arrived") return order;
  const { courierId: _, courierContact: __, courier: ___, ...rest } = order;
  return rest;
}

function changedDetails<T extends Partial<Order>>(known: T, data: OrderEvent): T {
  const next: Record<string, unknown> = { ...known };
  for (const name of details) {
    const value: unknown = data[name];
    if (value === null) delete next[name];
    else if (value !== undefined) next[name] = value;
  }
  return next as T;
}

function put(state: BoardState, order: Order): BoardState {
  const orders = new Map(state.orders);
  const known = state.orders.get(order.id);
  const isGone = order.status === "delivered" || (order.status === "cancelled" && !(known && isShownCancelled(known)));
  if (isGone) orders.delete(order.id);
  else orders.set(order.id, order);
  const hasLeft = order.status === "out_for_delivery" || order.status === "delivered";
  return { ...state, orders, left: hasLeft ? leaving(state.left, order) : state.left };
}

function isShownCancelled(known: Order): boolean {
  return known.status === "cancelled" || isInKitchen(known);
}

function leaving(left: readonly Order[], order: Order): readonly Order[] {
  return [order, ...left.filter((one) => one.id !== order.id)].slice(0, leftMax);
}

function fingerprint({ version, status, promise, progress, schedule, courierId, lines }: Order): string {
  return JSON.stringify([version, status, promise, progress, schedule, courierId, lines.map((line) => line.note)]);
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  if (!ids.has(id)) return ids;
  const rest = new Set(ids);
  rest.delete(id);
  return rest;
}

/** What the screen shows at one time: four numbers, and one row per kitchen, the worst first. */
import { dueDefaultMs, preparedMinMs } from "../lib/kitchen-times";
import { isOpen, type KnownOrder, type Operations, type Status } from "./state";

export const minuteMs = 60_000;
/** An order out for delivery is at risk from this time before it must arrive. */
const arrivesSoonMs = 5 * minuteMs;
/** Used until a kitchen has made some orders. */
const needDefaultMs = 10 * minuteMs;
const needLeastMs = 2 * minuteMs;
const needSamplesMin = 5;
const sparkMs = 5 * minuteMs;
const sparkCount = 12;
const hourMs = sparkMs * sparkCount;
/** How far back closed orders count. */
export const historyMs = hourMs + 15 * minuteMs;
/**
 * How far back placed orders are read: orders that became ready in the last hour may have been placed long before.
 * Scheduled orders that were placed even earlier and are closed by now are missing for an hour.
 */
export const placedMs = hourMs + 120 * minuteMs;

/** Good, at risk, late: the same two thresholds as the kitchen's board. */
export type Grade = "good" | "warn" | "bad";

export const openStatuses = ["placed", "accepted", "preparing", "ready", "out_for_delivery"] as const;
export type OpenStatus = (typeof openStatuses)[number];

export function isLate(order: KnownOrder, now: number): boolean {
  return isOpen(order) && lateBy(order, now) > 0;
}

/** When an order should be ready, as on the board; also defined without a promise. */
export function readyBy({ placedAt, promisedAt }: KnownOrder): number {
  return promisedAt ?? placedAt + dueDefaultMs;
}

/** Since when the kitchen has had an order, as on the board: a scheduled order, since its release. */
function begunAt({ placedAt, releasedAt }: KnownOrder): number {
  return releasedAt ?? placedAt;
}

/** In ms; negative while there is time left. */
export function lateBy(order: KnownOrder, now: number): number {
  const { status, deliverTo } = order;
  const isCooking = status === "placed" || status === "accepted" || status === "preparing";
  const ready = isCooking ? now - readyBy(order) : Number.NEGATIVE_INFINITY;
  const delivered = deliverTo !== undefined ? now - deliverTo : Number.NEGATIVE_INFINITY;
  return Math.max(ready, delivered);
}

/** Counted as on the board: a started minute counts as late. */
export function minutesLate(order: KnownOrder, now: number): number {
  return Math.ceil(lateBy(order, now) / minuteMs);
}

/** An order being cooked is at risk if less time is left than its remaining lines need, as on the board. */
function isAtRisk(order: KnownOrder, now: number, need: number): boolean {
  const left = -lateBy(order, now);
  if (left < 0 || order.awaitsRelease || order.status === "ready") return false;
  if (order.status === "out_for_delivery") return left <= arrivesSoonMs;
  return left < Math.max(needLeastMs, need * (order.undone ?? 1));
}

/** How long a kitchen's orders take from start to ready: the median of the last hour. */
function needMs(made: readonly Made[]): number {
  const prepared = preparedMs(made);
  return prepared.length < needSamplesMin ? needDefaultMs : (medianOf(prepared) ?? needDefaultMs);
}

export function isWithoutCourier(order: KnownOrder): boolean {
  return order.status === "ready" && order.isDelivery && order.courierId === undefined;
}

export type KitchenRow = {
  readonly id: string;
  readonly name: string;
  readonly mode: "online" | "busy" | "paused";
  readonly delayMinutes: number;
  /** When the mode expires. */
  readonly modeUntil?: number | undefined;
  readonly timeZone?: string | undefined;
  readonly open: number;
  readonly byStatus: Readonly<Record<OpenStatus, number>>;
  readonly late: number;
  readonly lateGrade: Grade;
  readonly oldestMinutes?: number | undefined;
  readonly oldestGrade: Grade;
  readonly prepareP90Minutes?: number | undefined;
  readonly promiseMinutes?: number | undefined;
  readonly prepareGrade: Grade;
  /** Orders placed in each five minutes of the last hour, oldest first. */
  readonly spark: readonly number[];
  readonly withoutCourier: number;
  readonly itemsOff: number;
  readonly stockLow: number;
  readonly stockOut: number;
};

export type Numbers = {
  readonly open: number;
  readonly late: number;
  readonly toAccept: number;
  readonly withoutCourier: number;
};

export function numbersOf(state: Operations, now: number): Numbers {
  const open = [...state.orders.values()].filter(isOpen);
  const count = (holds: (order: KnownOrder) => boolean) => open.filter(holds).length;
  return {
    open: open.length,
    late: count((order) => isLate(order, now)),
    toAccept: count(({ status }) => status === "placed"),
    withoutCourier: count(isWithoutCourier),
  };
}

export function rowsOf(state: Operations, now: number): readonly KitchenRow[] {
  const byKitchen = new Map<string, KnownOrder[]>([...state.kitchens.keys()].map((id) => [id, []]));
  for (const order of state.orders.values()) byKitchen.get(order.kitchenId)?.push(order);
  return [...byKitchen]
    .map(([id, orders]) => rowOf(state, id, orders, now))
    .sort((one, other) => badness(other) - badness(one) || one.name.localeCompare(other.name));
}

/** Rows in their previous order: if rows move under a finger, it hits the wrong one. */
export function arranged<T>(rows: readonly T[], ids: readonly string[], idOf: (row: T) => string): readonly T[] {
  const place = (row: T) => (ids.includes(idOf(row)) ? ids.indexOf(idOf(row)) : ids.length);
  return [...rows].sort((one, other) => place(one) - place(other));
}

function rowOf(state: Operations, id: string, orders: readonly KnownOrder[], now: number): KitchenRow {
  const kitchen = state.kitchens.get(id);
  const here = state.states.get(id);
  const open = orders.filter(isOpen);
  const late = open.filter((order) => isLate(order, now)).length;
  const started = open.filter(({ awaitsRelease }) => !awaitsRelease);
  const oldest = [...started].sort((one, other) => begunAt(one) - begunAt(other))[0];
  const alerts = [...state.alerts.values()].filter(({ kitchenId }) => kitchenId === id);
  const made = madeOf(orders, now);
  const p90 = prepareP90(made);
  const need = needMs(made);
  const promise = promisedMinutes(made) ?? kitchen?.times.prepMinutes;
  return {
    id,
    name: kitchen?.name ?? id,
    mode: here?.mode.mode ?? "online",
    delayMinutes: here?.mode.delayMinutes ?? 0,
    modeUntil: here?.mode.until === undefined ? undefined : Date.parse(here.mode.until),
    timeZone: kitchen?.timeZone,
    open: open.length,
    byStatus: byStatus(open),
    late,
    lateGrade: late > 0 ? "bad" : open.some((order) => isAtRisk(order, now, need)) ? "warn" : "good",
    oldestMinutes: oldest && Math.floor((now - begunAt(oldest)) / minuteMs),
    oldestGrade: !oldest ? "good" : isLate(oldest, now) ? "bad" : isAtRisk(oldest, now, need) ? "warn" : "good",
    prepareP90Minutes: p90,
    promiseMinutes: promise,
    prepareGrade: prepareGrade(p90, promise),
    spark: sparkOf(orders, now),
    withoutCourier: open.filter(isWithoutCourier).length,
    itemsOff: here?.itemsOff ?? 0,
    stockLow: alerts.filter((alert) => alert.state === "low").length,
    stockOut: alerts.filter((alert) => alert.state === "out").length,
  };
}

function byStatus(open: readonly KnownOrder[]): Record<OpenStatus, number> {
  const counts = { placed: 0, accepted: 0, preparing: 0, ready: 0, out_for_delivery: 0 };
  for (const { status } of open) if (isOpenStatus(status)) counts[status]++;
  return counts;
}

function isOpenStatus(status: Status): status is OpenStatus {
  return openStatuses.some((one) => one === status);
}

type Made = KnownOrder & { readonly preparingAt: number; readonly readyAt: number };

/** Orders that became ready within the last hour. */
function madeOf(orders: readonly KnownOrder[], now: number): readonly Made[] {
  return orders.filter((order): order is Made => {
    const { preparingAt, readyAt } = order;
    if (preparingAt === undefined || readyAt === undefined) return false;
    return readyAt > now - hourMs && readyAt - preparingAt >= preparedMinMs;
  });
}

/** The 90th percentile in whole minutes, rounded up. */
function prepareP90(made: readonly Made[]): number | undefined {
  const times = preparedMs(made);
  const p90 = times[Math.ceil(times.length * 0.9) - 1];
  return p90 === undefined ? undefined : Math.ceil(p90 / minuteMs);
}

/** Preparation times, the shortest first. */
function preparedMs(made: readonly Made[]): readonly number[] {
  return sorted(made.map(({ preparingAt, readyAt }) => readyAt - preparingAt));
}

/** The median of the kitchen's promises, which include busy times and depend on what was ordered. */
function promisedMinutes(made: readonly Made[]): number | undefined {
  const promised = made.flatMap((order) => (order.promisedAt === undefined ? [] : [order.promisedAt - begunAt(order)]));
  const median = medianOf(sorted(promised));
  return median === undefined ? undefined : Math.round(median / minuteMs);
}

function sorted(times: readonly number[]): readonly number[] {
  return [...times].sort((one, other) => one - other);
}

function medianOf(times: readonly number[]): number | undefined {
  return times[Math.floor(times.length / 2)];
}

function prepareGrade(p90: number | undefined, promise: number | undefined): Grade {
  if (p90 === undefined || promise === undefined) return "good";
  return p90 > promise ? "bad" : p90 > promise * 0.8 ? "warn" : "good";
}

function sparkOf(orders: readonly KnownOrder[], now: number): readonly number[] {
  const counts = new Array<number>(sparkCount).fill(0);
  for (const { placedAt } of orders) {
    const index = sparkCount - 1 - Math.floor((now - placedAt) / sparkMs);
    const before = counts[index];
    if (before !== undefined) counts[index] = before + 1;
  }
  return counts;
}

const gradeWeights = { good: 0, warn: 1, bad: 2 } as const;

function badness(row: KitchenRow): number {
  return (
    row.late * 10 +
    (row.mode === "paused" ? 50 : 0) +
    gradeWeights[row.lateGrade] * 5 +
    gradeWeights[row.prepareGrade] * 3 +
    row.withoutCourier * 2 +
    row.stockOut * 2 +
    row.stockLow * 0.1 +
    row.byStatus.placed
  );
}

/** Figures from API responses, ready to be drawn and listed. */
import type { Schemas } from "../lib/api";
import type { Money } from "../lib/format";
import { hourMs, startOfDay, wallClock } from "../lib/zone";

type Point = Schemas["PointView"];
export type Times = Schemas["TimesView"];

export const weeks = 4;
const hoursOfDay = 24;

export type Hour = {
  /** The local hour. When summer time ends, the repeated hour is one entry for two hours. */
  readonly hour: number;
  /** Undefined for the current hour and later ones. */
  readonly today?: number | undefined;
  readonly usual: number;
  readonly low: number;
  readonly high: number;
};

/**
 * Compares a day with the same weekday of the four weeks before, hour by hour. A point belongs to the hour in which it
 * starts: where time zones differ by half an hour, points of other kitchens start in the middle of an hour.
 * @param numberOf the value of a point, such as its amount in one currency
 */
export function compared(
  points: readonly Point[],
  numberOf: (value: unknown) => number,
  day: number,
  now: number,
  zone: string,
): readonly Hour[] {
  const days = Array.from({ length: weeks + 1 }, (_, week) => {
    const from = startOfDay(day, zone, -7 * week);
    return { from, to: startOfDay(from, zone, 1), sums: Array<number>(hoursOfDay).fill(0) };
  });
  const [today, ...before] = days;
  let running = today && now < today.to ? hourIn(now, zone) : hoursOfDay;
  for (const { start, value } of points) {
    const at = Date.parse(start ?? "");
    const sums = days.find(({ from, to }) => from <= at && at < to)?.sums;
    if (!sums) continue;
    const hour = hourIn(at, zone);
    sums[hour] = (sums[hour] ?? 0) + numberOf(value);
    if (at + hourMs > now) running = Math.min(running, hour);
  }
  return Array.from({ length: hoursOfDay }, (_, hour) => {
    const past = before.map(({ sums }) => sums[hour] ?? 0).sort((a, b) => a - b);
    return {
      hour,
      today: hour < running ? today?.sums[hour] : undefined,
      usual: median(past),
      low: past[0] ?? 0,
      high: past[past.length - 1] ?? 0,
    };
  });
}

function hourIn(at: number, zone: string): number {
  return new Date(wallClock(at, zone)).getUTCHours();
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** Sums up to the last complete hour. */
export function soFar(hours: readonly Hour[]): {
  readonly today: number;
  readonly usual: number;
  readonly hours: number;
} {
  const over = hours.filter(({ today }) => today !== undefined);
  const sum = (of: (hour: Hour) => number) => over.reduce((total, hour) => total + of(hour), 0);
  return { today: sum(({ today }) => today ?? 0), usual: sum(({ usual }) => usual), hours: over.length };
}

export const countOf = (value: unknown): number => (typeof value === "number" ? value : 0);

export function amountIn(currency: string): (value: unknown) => number {
  return (value) => (value as readonly Money[]).find((money) => money.currency === currency)?.amount ?? 0;
}

/** The currency with the most revenue: kitchens may sell in several currencies. */
export function mainCurrency(revenue: readonly Money[]): string | undefined {
  return [...revenue].sort((one, other) => other.amount - one.amount)[0]?.currency;
}

export const stages = ["accept", "prepare", "wait", "deliver"] as const;
export type Stage = (typeof stages)[number];

export type StagePoint = {
  readonly label: string;
  readonly count: number;
  /** In minutes; undefined if no order ended the stage. */
  readonly p50?: number | undefined;
  readonly p90?: number | undefined;
};

export function stagePoints(points: readonly Point[]): readonly StagePoint[] {
  return points.map(({ start, day, value }) => {
    const { count, seconds } = value as Times;
    return { label: day ?? start ?? "", count, ...(seconds && { p50: seconds.p50 / 60, p90: seconds.p90 / 60 }) };
  });
}

export type PromisePoint = {
  readonly label: string;
  readonly count: number;
  /** In percent; undefined if no order with a promise became ready. */
  readonly kept?: number | undefined;
  /** In minutes, of the late orders; undefined if none was late. */
  readonly p90?: number | undefined;
};

export function promisePoints(points: readonly Point[]): readonly PromisePoint[] {
  return points.map(({ start, day, value }) => {
    const promise = value as Schemas["PromisesView"];
    const { seconds } = promise.late;
    return {
      label: day ?? start ?? "",
      count: promise.count,
      kept: keptShare(promise),
      ...(seconds && { p90: seconds.p90 / 60 }),
    };
  });
}

/** In percent; undefined without an order that had a promise. */
export function keptShare({ count, kept }: Schemas["PromisesView"]): number | undefined {
  return count === 0 ? undefined : (100 * kept) / count;
}

/** The top of a scale in minutes. All stages share one scale, so that they can be compared. */
export function scaleOf(all: readonly (readonly { readonly p90?: number | undefined }[])[]): number {
  // Leaves room above for the label of the scale.
  const most = 1.15 * Math.max(1, ...all.flat().map(({ p90 }) => p90 ?? 0));
  const step = most > 60 ? 30 : most > 20 ? 10 : most > 5 ? 5 : 1;
  return Math.ceil(most / step) * step;
}

export type Sold = Pick<Schemas["SoldItemView"], "itemId" | "name" | "quantity" | "revenue">;
export type Falling = { readonly itemId: string; readonly name: string; readonly before: number; readonly now: number };

/** Maximum number of best-selling items that the API returns. */
export const itemsMax = 200;
/** With fewer sold before, or a smaller fall, the difference may be chance. */
const fallingLeast = 5;
const fallingShare = 0.9;

/** @param now all sold items, or the best-selling ones if the API's limit is reached */
export function falling(now: readonly Sold[], before: readonly Sold[]): readonly Falling[] {
  const sold = new Map(now.map(({ itemId, quantity }) => [itemId, quantity]));
  const isWhole = now.length < itemsMax;
  return before
    .filter(({ itemId, quantity }) => quantity >= fallingLeast && (isWhole || sold.has(itemId)))
    .map(({ itemId, name, quantity }) => {
      return { itemId, name: name ?? itemId, before: quantity, now: sold.get(itemId) ?? 0 };
    })
    .filter((item) => item.now < item.before * fallingShare)
    .sort((one, other) => one.now - one.before - (other.now - other.before));
}

export type Waste = Schemas["WastedView"] & { readonly name: string; readonly unit: string };

/** Grouped by unit, because grams and pieces cannot be compared; most wasted first. */
export function wasteByUnit(
  wasted: readonly Schemas["WastedView"][],
  ingredients: readonly Schemas["IngredientBody"][],
): ReadonlyMap<string, readonly Waste[]> {
  const known = new Map(ingredients.map((ingredient) => [ingredient.sku, ingredient]));
  const all = wasted
    .map((one) => {
      const { name = one.sku, unit = "" } = known.get(one.sku) ?? {};
      return { ...one, name, unit };
    })
    .sort((one, other) => other.quantity - one.quantity);
  const groups = new Map<string, Waste[]>();
  for (const one of all) groups.set(one.unit, [...(groups.get(one.unit) ?? []), one]);
  return groups;
}

/** The time of the oldest response; undefined if the log no longer retains its last event. */
export function oldest(answers: readonly { readonly asOf: Schemas["AsOfView"] }[]): string | undefined {
  return answers.map(({ asOf }) => asOf).sort((one, other) => one.position - other.position)[0]?.time;
}

/** In percent; undefined if there is nothing to compare with. */
export function changeOf(now: number, before: number): number | undefined {
  return before === 0 ? undefined : (100 * (now - before)) / before;
}

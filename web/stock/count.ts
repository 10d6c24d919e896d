/** A count of the shelf: blind, one line at a time, compared at the end. It is kept on the device until it is sent. */
import type { Money } from "../lib/format";
import { type Dish, type Level, type Movement, type Stock, shelfOf } from "./state";
import { costOf, sumOf } from "./supply";

export type CountLine = {
  readonly quantity: number;
  /** What the shelf should have held when the line was counted; unknown until the stock is read again. */
  readonly seen?: number;
  /** When the line was counted, in ms since 1970. */
  readonly at?: number;
  /** When the level was read, if that was later. */
  readonly seenAt?: number;
};

/** A line that can be compared. */
type SeenLine = CountLine & { readonly seen: number };

export type Count = {
  readonly lines: Readonly<Record<string, CountLine>>;
};

export const noCount: Count = { lines: {} };

/** Longer than it takes to type a quantity: a later entry is a new count of the line. */
const typingMs = 60_000;

/** What the screen knows while a line is typed. */
export type Look = {
  readonly now: number;
  /** False while the level may be out of date, such as without a connection. */
  readonly isFresh: boolean;
};

/** With an outdated level, sales since then would be deducted twice: such a line waits for the next level. */
export function counted(count: Count, level: Level, quantity: number | undefined, { now, isFresh }: Look): Count {
  const { [level.sku]: before, ...others } = count.lines;
  if (quantity === undefined) return { lines: others };
  // A correction while typing: what was sold since the first digit is not counted back in.
  const isTyping = before?.at !== undefined && Math.abs(now - before.at) < typingMs;
  const line = isTyping ? { ...before, quantity } : { quantity, at: now, ...(isFresh && { seen: shelfOf(level) }) };
  return { lines: { ...others, [level.sku]: line } };
}

/** Lines that cannot be compared yet. */
export function waitingOf({ lines }: Count): Count {
  return { lines: Object.fromEntries(Object.entries(lines).filter(([, { seen }]) => seen === undefined)) };
}

/** Lines that can be compared. */
export function comparableOf({ lines }: Count): Count {
  return { lines: Object.fromEntries(seenLines(lines)) };
}

/** The most lines that the API accepts in one call. */
const linesMax = 500;

export function slicesOf({ lines }: Count): readonly Count[] {
  const all = Object.entries(lines);
  return Array.from({ length: Math.ceil(all.length / linesMax) }, (_, index) => ({
    lines: Object.fromEntries(all.slice(index * linesMax, (index + 1) * linesMax)),
  }));
}

/** Gives the waiting lines the levels that were read after they had been counted. */
export function resolved(count: Count, waiting: Count, levels: readonly Level[], now: number): Count {
  const lines = { ...count.lines };
  for (const level of levels) {
    const line = lines[level.sku];
    // A line that was counted while the levels were being read waits for the next ones.
    if (line && line === waiting.lines[level.sku]) lines[level.sku] = { ...line, seen: shelfOf(level), seenAt: now };
  }
  return { lines };
}

function seenLines(lines: Count["lines"]): readonly (readonly [string, SeenLine])[] {
  return Object.entries(lines).flatMap(([sku, line]) =>
    line.seen === undefined ? [] : [[sku, { ...line, seen: line.seen }] as const],
  );
}

export function progressOf(count: Count, levels: readonly Level[]): { done: number; of: number; percent: number } {
  const done = levels.filter(({ sku }) => count.lines[sku]).length;
  return { done, of: levels.length, percent: levels.length ? Math.floor((100 * done) / levels.length) : 0 };
}

export type Variance = {
  readonly level: Level;
  readonly counted: number;
  readonly seen: number;
  readonly delta: number;
  /** What the difference costs. */
  readonly value?: Money | undefined;
  /** How long the line waited for the level: anything used in that time would be counted back in. */
  readonly lateMs: number;
  /** The difference in portions of a dish. */
  readonly portions?: { readonly name: string; readonly count: number } | undefined;
};

type VarianceFacts = Pick<Stock, "levels" | "dishes" | "supplies">;

/** Sorted by their share of the recorded quantity, the greatest first. */
export function variancesOf(count: Count, { levels, dishes, supplies }: VarianceFacts): readonly Variance[] {
  const bySku = new Map(levels.map((level) => [level.sku, level]));
  return seenLines(count.lines)
    .flatMap(([sku, { quantity, seen, at, seenAt }]) => {
      const level = bySku.get(sku);
      if (!level) return [];
      const delta = quantity - seen;
      const lateMs = at !== undefined && seenAt !== undefined && seenAt - at > typingMs ? seenAt - at : 0;
      const [value, portions] = [costOf(sku, delta, supplies), portionsOf(level, delta, dishes)];
      return [{ level, counted: quantity, seen, delta, value, lateMs, portions }];
    })
    .sort((one, other) => share(other) - share(one));
}

const share = ({ delta, seen }: Variance) => Math.abs(delta) / Math.max(seen, 1);

// Counts portions of the dish that takes the most of the ingredient.
function portionsOf(level: Level, delta: number, dishes: readonly Dish[]): Variance["portions"] {
  const uses = dishes.flatMap(({ name, isExtra, recipe }) => {
    const line = recipe.find(({ sku }) => sku === level.sku);
    return line && !isExtra ? [{ name, quantity: line.quantity }] : [];
  });
  const greatest = uses.sort((one, other) => other.quantity - one.quantity)[0];
  const portions = greatest ? Math.trunc(delta / greatest.quantity) : 0;
  return greatest && portions !== 0 ? { name: greatest.name, count: portions } : undefined;
}

export type Worth = {
  readonly less?: Money | undefined;
  readonly more?: Money | undefined;
  /** How many differences are in neither sum because no price is known. */
  readonly unpriced: number;
};

/** Surpluses do not offset shortages: both are mistakes. */
export function worthOf(variances: readonly Variance[]): Worth {
  const different = variances.filter(({ delta }) => delta !== 0);
  const sum = (isLess: boolean) =>
    sumOf(different.filter(({ delta }) => delta < 0 === isLess).map(({ value }) => value));
  return { less: sum(true), more: sum(false), unpriced: different.filter(({ value }) => !value).length };
}

export function movementsOf(count: Count): readonly Movement[] {
  return seenLines(count.lines).map(([sku, { quantity, seen }]) => ({
    sku,
    kind: "counted",
    quantity,
    seenOnHand: seen,
  }));
}

export function readCount(text: string | undefined): Count {
  try {
    const read: unknown = JSON.parse(text ?? "");
    if (typeof read === "object" && read !== null && "lines" in read) return read as Count;
  } catch {}
  return noCount;
}

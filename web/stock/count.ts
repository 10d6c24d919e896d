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

/** Longer than a quantity takes to type: what is entered later is a new count of the line. */
const typingMs = 60_000;

/** What the screen knows while a line is typed. */
export type Look = {
  readonly now: number;
  /** False while the level may be out of date, such as without a connection. */
  readonly isFresh: boolean;
};

/** A level that is out of date would deduct once more what was sold since: such a line waits for the next one. */
export function counted(count: Count, level: Level, quantity: number | undefined, { now, isFresh }: Look): Count {
  const { [level.sku]: before, ...others } = count.lines;
  if (quantity === undefined) return { lines: others };
  // Corrected while typing: what was sold since the first digit is not counted back in.
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

/** What the API takes of one call. */
const linesMax = 500;

export function slicesOf({ lines }: Count): readonly Count[] {
  const all = Object.entries(lines);
  return Array.from({ length: Math.ceil(all.length / linesMax) }, (_, index) => ({
    lines: Object.fromEntries(all.slice(index * linesMax, (index + 1) * linesMax)),
  }));
}

/** The levels that were read after these lines had been counted. */
export function resolved(count: Count, waiting: Count, levels: readonly Level[], now: number): Count {
  const lines = { ...count.lines };
  for (const level of levels) {
    const line = lines[level.sku];
    // One that was counted while the levels were read waits for the next.
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
  /** How long the line had waited for the level: what was used meanwhile would be counted back in. */
  readonly lateMs: number;
  /** How many portions of which dish are more or less than recorded. */
  readonly portions?: { readonly name: string; readonly count: number } | undefined;
};

type VarianceFacts = Pick<Stock, "levels" | "dishes" | "supplies">;

/** The greatest share of what was recorded first. */
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

// Of the dish that takes most of the ingredient: the others are made with what is beside it.
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
  /** How many differences are in neither: no price is known. */
  readonly unpriced: number;
};

/** What is missing is not made up for by what is more: both are mistakes. */
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

/** A count of the shelf: blind, one line at a time, compared at the end. It is kept on the device until it is sent. */
import { type Dish, type Level, type Movement, shelfOf } from "./state";

export type CountLine = {
  readonly quantity: number;
  /** What the shelf should have held when the line was counted. */
  readonly seen: number;
};

export type Count = {
  readonly lines: Readonly<Record<string, CountLine>>;
};

export const noCount: Count = { lines: {} };

export function counted(count: Count, level: Level, quantity: number | undefined): Count {
  const { [level.sku]: before, ...others } = count.lines;
  if (quantity === undefined) return { lines: others };
  // Corrected while typing: what was sold since the first digit is not counted back in.
  return { lines: { ...others, [level.sku]: { quantity, seen: before?.seen ?? shelfOf(level) } } };
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
  /** How many portions of which dish are more or less than recorded. */
  readonly portions?: { readonly name: string; readonly count: number } | undefined;
};

/** The greatest share of what was recorded first. */
export function variancesOf(count: Count, levels: readonly Level[], dishes: readonly Dish[]): readonly Variance[] {
  return levels
    .flatMap((level) => {
      const line = count.lines[level.sku];
      if (!line) return [];
      const delta = line.quantity - line.seen;
      return [{ level, counted: line.quantity, seen: line.seen, delta, portions: portionsOf(level, delta, dishes) }];
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

export function movementsOf(count: Count): readonly Movement[] {
  return Object.entries(count.lines).map(([sku, { quantity, seen }]) => ({
    sku,
    kind: "counted",
    quantity,
    seenOnHand: seen,
  }));
}

/** The text that is kept on the device. */
export function writeCount(count: Count): string {
  return JSON.stringify(count);
}

export function readCount(text: string | undefined): Count {
  try {
    const read: unknown = JSON.parse(text ?? "");
    if (typeof read === "object" && read !== null && "lines" in read) return read as Count;
  } catch {}
  return noCount;
}

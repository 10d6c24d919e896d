/** The state of the stock screen, and what is derived from it. */
import type { Schemas } from "../lib/api";
import { isOn } from "../lib/menu";
import { type Supplies, suppliesOf } from "./supply";

export type Level = Schemas["StockLevel"];
export type Recipe = Schemas["RecipeLine"][];
export type Movement = Schemas["MovementRequest"];

/** An item, or an extra, that the kitchen sells. */
export type Dish = {
  readonly itemId: string;
  readonly brandId: string;
  readonly name: string;
  readonly isExtra: boolean;
  readonly recipe: Recipe;
  readonly available: boolean;
  readonly portions?: number | undefined;
  readonly until?: string | undefined;
  /** The subject of the person who took it off; unknown until the server has responded. */
  readonly offBy?: string | undefined;
};

export type Stock = {
  readonly levels: readonly Level[];
  readonly dishes: readonly Dish[];
  /** A paused kitchen sells nothing, not even items that are on. */
  readonly paused: boolean;
  readonly supplies: Supplies;
};

type Menu = Schemas["MenuView"];
type Item = Pick<Schemas["ItemBody"], "id" | "recipe">;

export type Catalogue = {
  readonly items: readonly Item[];
  readonly ingredients: readonly Schemas["IngredientBody"][];
};

export function stockOf(levels: readonly Level[], menu: Menu, { items, ingredients }: Catalogue): Stock {
  const paused = menu.mode.mode === "paused";
  return { levels, dishes: dishesOf(menu, items), paused, supplies: suppliesOf(ingredients) };
}

function dishesOf(menu: Menu, items: readonly Item[]): readonly Dish[] {
  const recipes = new Map(items.map((item) => [item.id, item.recipe]));
  const dishes = new Map<string, Dish>();
  for (const item of menu.data) {
    const { itemId, brandId } = item;
    dishes.set(itemId, { ...pick(item, menu), itemId, brandId, isExtra: false, recipe: recipes.get(itemId) ?? [] });
  }
  for (const { brandId, modifiers } of menu.data) {
    for (const extra of modifiers) {
      const { itemId } = extra;
      if (!dishes.has(itemId))
        dishes.set(itemId, { ...pick(extra, menu), itemId, brandId, isExtra: true, recipe: recipes.get(itemId) ?? [] });
    }
  }
  return [...dishes.values()].sort((one, other) => one.name.localeCompare(other.name));
}

function pick(entry: Menu["data"][number] | Schemas["MenuModifier"], { mode }: Menu) {
  const { name, portions, until, offBy } = entry;
  return { name, available: isOn(entry, mode), portions, until, offBy };
}

/** The levels of a response replace the known ones. The response to a movement lacks the quantity on the shelf. */
export function withLevels(stock: Stock, changed: readonly Level[]): Stock {
  const bySku = new Map(changed.map((level) => [level.sku, level]));
  const levels = stock.levels.map((old) => {
    const fresh = bySku.get(old.sku);
    return fresh ? { ...fresh, onShelf: fresh.onShelf ?? shelfOf(old) + fresh.onHand - old.onHand } : old;
  });
  return { ...stock, levels };
}

export function withAvailability(stock: Stock, itemId: string, available: boolean, until?: string): Stock {
  const dishes = stock.dishes.map((dish) =>
    dish.itemId === itemId ? { ...dish, available, until, offBy: undefined } : dish,
  );
  return { ...stock, dishes };
}

/** The shelf also contains the ingredients of orders that are not being prepared yet. */
export function shelfOf(level: Level): number {
  return level.onShelf ?? level.onHand;
}

/** @param sku undefined for all dishes */
export function madeWith(dishes: readonly Dish[], sku: string | undefined): readonly Dish[] {
  return sku === undefined ? dishes : dishes.filter(({ recipe }) => recipe.some((line) => line.sku === sku));
}

export type Made = { readonly name: string; readonly portions: number };

/** Portions that one ingredient still suffices for, the scarcest first; extras last, because people ask for dishes. */
export function madeOf(level: Level, dishes: readonly Dish[]): readonly Made[] {
  return dishes
    .flatMap((dish) => {
      const line = dish.recipe.find(({ sku }) => sku === level.sku);
      return line ? [{ dish, portions: Math.floor(level.onHand / line.quantity) }] : [];
    })
    .sort((one, other) => Number(one.dish.isExtra) - Number(other.dish.isExtra) || one.portions - other.portions)
    .map(({ dish, portions }) => ({ name: dish.name, portions }));
}

/** The ingredient whose stock suffices for the fewest portions of a dish. */
export function scarcest(dish: Dish, levels: readonly Level[]): Level | undefined {
  const portionsBy = dish.recipe.flatMap(({ sku, quantity }) => {
    const level = levels.find((one) => one.sku === sku);
    return level ? [{ level, portions: Math.floor(level.onHand / quantity) }] : [];
  });
  return portionsBy.sort((one, other) => one.portions - other.portions)[0]?.level;
}

/** The average daily use of each ingredient, by SKU. */
export function dailyUse(levels: readonly Level[], days: number): ReadonlyMap<string, number> {
  return new Map(levels.flatMap(({ sku, used }) => (used ? [[sku, used / days]] : [])));
}

const ranks = { out: 0, low: 1, ok: 2 } as const;

/** Out first, then low; then by how long it lasts, or by its ratio to the threshold if its use is unknown. */
export function byUrgency(levels: readonly Level[], use: ReadonlyMap<string, number>): readonly Level[] {
  const lasts = (level: Level) => level.onHand / (use.get(level.sku) || level.threshold || 1);
  return [...levels].sort((one, other) => ranks[one.state] - ranks[other.state] || lasts(one) - lasts(other));
}

export function found<T extends { readonly name: string }>(entries: readonly T[], words: string): readonly T[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ name }) => wanted.every((word) => name.toLocaleLowerCase().includes(word)));
}

/** The ingredients that are wasted with some portions of a dish. */
export function wasteOf(dish: Dish, portions: number, reason: NonNullable<Movement["reason"]>): readonly Movement[] {
  return dish.recipe.map(({ sku, quantity }) => ({ sku, kind: "wasted", quantity: quantity * portions, reason }));
}

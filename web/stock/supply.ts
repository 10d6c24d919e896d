/** Storage areas and prices of ingredients, from the catalogue. */
import type { Schemas } from "../lib/api";
import type { Money } from "../lib/format";
import type { Level } from "./state";

export type Supply = Pick<Schemas["IngredientBody"], "storageArea" | "pack">;
/** By SKU. */
export type Supplies = Readonly<Record<string, Supply>>;

export function suppliesOf(ingredients: readonly Schemas["IngredientBody"][]): Supplies {
  return Object.fromEntries(ingredients.map(({ sku, storageArea, pack }) => [sku, { storageArea, pack }]));
}

export type Area = { readonly name?: string | undefined; readonly levels: readonly Level[] };

/** The levels in walking order: by area, then by name; ingredients without an area come last. */
export function areasOf(levels: readonly Level[], supplies: Supplies): readonly Area[] {
  const areas = new Map<string, Level[]>();
  for (const level of [...levels].sort((one, other) => one.name.localeCompare(other.name))) {
    const name = supplies[level.sku]?.storageArea ?? "";
    areas.set(name, [...(areas.get(name) ?? []), level]);
  }
  return [...areas]
    .sort(([one], [other]) => Number(!one) - Number(!other) || one.localeCompare(other))
    .map(([name, levels]) => ({ name: name || undefined, levels }));
}

/** What a quantity costs, by the price of the usual pack; undefined if no price is known. */
export function costOf(sku: string, quantity: number, supplies: Supplies): Money | undefined {
  const pack = supplies[sku]?.pack;
  if (!pack?.price) return undefined;
  const { amount, currency } = pack.price;
  return { amount: Math.round((amount * quantity) / pack.quantity), currency };
}

/** The sum; undefined if no value is known, or if they are in several currencies. */
export function sumOf(values: readonly (Money | undefined)[]): Money | undefined {
  const known = values.filter((value) => value !== undefined);
  const currency = known[0]?.currency;
  if (!currency || known.some((value) => value.currency !== currency)) return undefined;
  return { amount: known.reduce((sum, { amount }) => sum + amount, 0), currency };
}

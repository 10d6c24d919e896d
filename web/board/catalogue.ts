/** Catalogue data of the board: the kitchen, and its brands, ingredients and items. */
import type { Api, Schemas } from "../lib/api";
import { all } from "../lib/pages";
import type { Item } from "./state";

export type Ingredient = { readonly name: string; readonly unit: string };

export type Catalogue = {
  readonly kitchen: Schemas["KitchenView"] | undefined;
  readonly brands: ReadonlyMap<string, string>;
  readonly ingredients: ReadonlyMap<string, Ingredient>;
  readonly items: ReadonlyMap<string, Item>;
  /** Increases when the availability of an item changes. */
  readonly menuVersion: number;
};

export const emptyCatalogue: Catalogue = {
  kitchen: undefined,
  brands: new Map(),
  ingredients: new Map(),
  items: new Map(),
  menuVersion: 0,
};

export async function loadCatalogue(api: Api, kitchenId: string): Promise<Catalogue> {
  const [kitchen, brands, ingredients, items] = await Promise.all([
    api.get<Schemas["KitchenView"]>(`/v1/kitchens/${kitchenId}`),
    all<Schemas["BrandBody"]>(api, "/v1/brands"),
    all<Schemas["IngredientBody"]>(api, "/v1/ingredients"),
    all<Schemas["ItemBody"]>(api, "/v1/items"),
  ]);
  return {
    kitchen,
    brands: new Map(brands.map(({ id, name }) => [id ?? "", name])),
    ingredients: new Map(ingredients.map(({ sku, name, unit }) => [sku ?? "", { name, unit }])),
    items: new Map(items.map((one) => [one.id ?? "", item(one)])),
    menuVersion: 0,
  };
}

function item({ id = "", recipe, stationId }: Schemas["ItemBody"]): Item {
  return { itemId: id, recipe, ...(stationId !== undefined && { stationId }) };
}

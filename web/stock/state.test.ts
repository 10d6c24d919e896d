import { describe, expect, it } from "vitest";
import type { Schemas } from "../lib/api";
import {
  byUrgency,
  type Dish,
  dailyUse,
  found,
  type Level,
  madeOf,
  madeWith,
  scarcest,
  shelfOf,
  stockOf,
  wasteOf,
  withAvailability,
  withLevels,
} from "./state";

const level = (sku: string, onHand: number, more: Partial<Level> = {}): Level => ({
  sku,
  name: sku,
  unit: "g",
  onHand,
  threshold: 0,
  state: "ok",
  since: "2026-01-31T13:05:00Z",
  ...more,
});

const dish = (itemId: string, recipe: Schemas["RecipeLine"][], more: Partial<Dish> = {}): Dish => ({
  itemId,
  brandId: "biryani-house",
  name: itemId,
  isExtra: false,
  recipe,
  available: true,
  ...more,
});

const biryani = dish("biryani", [
  { sku: "chicken", quantity: 220 },
  { sku: "rice", quantity: 150 },
]);
const curry = dish("curry", [{ sku: "chicken", quantity: 180 }]);
const raita = dish("raita", [{ sku: "curd", quantity: 80 }], { isExtra: true });

describe("the menu and the catalogue", () => {
  const extra = { itemId: "raita", name: "Raita", price: { amount: 1, currency: "INR" }, available: true };
  const menu = {
    kitchenId: "blr-01",
    mode: { mode: "online" as const, delayMinutes: 0 },
    data: ["b", "a"].map((itemId) => ({ ...extra, itemId, name: itemId, brandId: "brand", modifiers: [extra] })),
  };

  it("make dishes with recipes, and each extra once", () => {
    const items = [{ id: "raita", recipe: [{ sku: "curd", quantity: 80 }] }];
    const { dishes } = stockOf([], menu, { items, ingredients: [] });
    expect(dishes.map(({ itemId, isExtra }) => [itemId, isExtra])).toEqual([
      ["a", false],
      ["b", false],
      ["raita", true],
    ]);
    expect(dishes[2]?.recipe).toEqual([{ sku: "curd", quantity: 80 }]);
  });

  it("show only the items that were taken off as off during a pause", () => {
    const data = menu.data.map((item) => ({ ...item, available: false, ...(item.itemId === "a" && { off: true }) }));
    const paused = { ...menu, mode: { mode: "paused" as const, delayMinutes: 0 }, data };
    const stock = stockOf([], paused, { items: [], ingredients: [] });
    expect(stock.paused).toBe(true);
    expect(stock.dishes.map(({ itemId, available }) => [itemId, available])).toEqual([
      ["a", false],
      ["b", true],
      ["raita", true],
    ]);
  });
});

it("the items of an ingredient are the dishes and extras with it in their recipe", () => {
  const all = [biryani, curry, raita];
  expect(madeWith(all, "chicken")).toEqual([biryani, curry]);
  expect(madeWith(all, "curd")).toEqual([raita]);
  expect(madeWith(all, "salt")).toEqual([]);
  expect(madeWith(all, undefined)).toEqual(all);
});

describe("levels", () => {
  it("keep what open orders have on the shelf when a movement answers without it", () => {
    const stock = {
      levels: [level("rice", 500, { onShelf: 700 }), level("curd", 10)],
      dishes: [],
      paused: false,
      supplies: {},
    };
    const changed = withLevels(stock, [level("rice", 1500)]);
    expect(changed.levels.map(shelfOf)).toEqual([1700, 10]);
  });

  it("are sorted by state, then by how long they last", () => {
    const levels = [
      level("weeks", 9000, { threshold: 100 }),
      level("low", 50, { state: "low" }),
      level("day", 900, { threshold: 100 }),
      level("out", 1, { state: "out" }),
    ];
    const use = new Map([["weeks", 100]]);
    expect(byUrgency(levels, use).map(({ sku }) => sku)).toEqual(["out", "low", "day", "weeks"]);
  });
});

describe("what stock makes", () => {
  it("names the dish of which the fewest portions are left, extras last", () => {
    const made = madeOf(level("chicken", 439), [
      curry,
      biryani,
      raita,
      dish("egg", [{ sku: "chicken", quantity: 400 }], { isExtra: true }),
    ]);
    expect(made).toEqual([
      { name: "biryani", portions: 1 },
      { name: "curry", portions: 2 },
      { name: "egg", portions: 1 },
    ]);
  });

  it("names the ingredient that is missing", () => {
    expect(scarcest(biryani, [level("chicken", 5000), level("rice", 149)])?.sku).toBe("rice");
    expect(scarcest(dish("water", []), [])).toBeUndefined();
  });

  it("derives the use of a day from that of several days", () => {
    const levels = [level("chicken", 0, { used: 3080 }), level("rice", 0, { used: 0 }), level("curd", 0)];
    expect([...dailyUse(levels, 7)]).toEqual([["chicken", 440]]);
  });
});

describe("changes", () => {
  it("waste all that is in a dish", () => {
    expect(wasteOf(biryani, 3, "burnt")).toEqual([
      { sku: "chicken", kind: "wasted", quantity: 660, reason: "burnt" },
      { sku: "rice", kind: "wasted", quantity: 450, reason: "burnt" },
    ]);
  });

  it("take one item off, and put it back", () => {
    const stock = { levels: [], dishes: [biryani, curry], paused: false, supplies: {} };
    const off = withAvailability(stock, "curry", false, "2026-01-31T14:00:00Z");
    expect(off.dishes.map(({ available, until }) => [available, until])).toEqual([
      [true, undefined],
      [false, "2026-01-31T14:00:00Z"],
    ]);
    expect(withAvailability(off, "curry", true).dishes[1]).toMatchObject({ available: true, until: undefined });
  });

  it("forget who took a dish off before the user's own change", () => {
    const known = { levels: [], dishes: [{ ...curry, available: false, offBy: "ravi" }], paused: false, supplies: {} };
    expect(withAvailability(known, "curry", false, "2026-01-31T14:00:00Z").dishes[0]?.offBy).toBeUndefined();
  });

  it("find by the beginnings and middles of words, in any order", () => {
    const entries = [{ name: "Chicken, curry cut" }, { name: "Chicken, boneless" }];
    expect(found(entries, "cut CHICK").length).toBe(1);
    expect(found(entries, " ").length).toBe(2);
  });
});

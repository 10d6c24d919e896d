import { describe, expect, it } from "vitest";
import {
  type Count,
  counted as countedAt,
  movementsOf,
  noCount,
  progressOf,
  readCount,
  resolved,
  variancesOf,
  waitingOf,
  worthOf,
} from "./count";
import { isBookable, receivedOf, totalOf, withLine, withoutLine } from "./receipt";
import type { Dish, Level } from "./state";
import { areasOf, costOf, type Supplies, sumOf } from "./supply";

const level = (sku: string, onHand: number, onShelf = onHand): Level => {
  const since = "2026-01-31T13:05:00Z";
  return { sku, name: sku, unit: "g", onHand, onShelf, threshold: 0, state: "ok", since };
};

const supplies: Supplies = { rice: { pack: { quantity: 25_000, price: { amount: 287_500, currency: "INR" } } } };
const facts = (levels: readonly Level[], dishes: readonly Dish[] = []) => ({ levels, dishes, supplies });

const fresh = { now: 0, isFresh: true };
const stale = { now: 0, isFresh: false };
const counted = (count: Count, of: Level, quantity: number | undefined) => countedAt(count, of, quantity, fresh);

describe("a count", () => {
  it("compares with the shelf, where open orders still lie", () => {
    const count = counted(noCount, level("rice", 500, 700), 690);
    expect(movementsOf(count)).toEqual([{ sku: "rice", kind: "counted", quantity: 690, seenOnHand: 700 }]);
  });

  it("keeps what was seen at the first digit while the line is typed", () => {
    const first = counted(noCount, level("rice", 700), 6);
    const second = counted(first, level("rice", 400), 690);
    expect(second.lines.rice).toEqual({ quantity: 690, seen: 700, at: 0 });
  });

  it("sees the shelf again after a line was emptied", () => {
    const emptied = counted(counted(noCount, level("rice", 700), 6), level("rice", 700), undefined);
    expect(emptied.lines).toEqual({});
    expect(counted(emptied, level("rice", 400), 390).lines.rice?.seen).toBe(400);
  });

  it("sees the shelf again when a line is counted again later than it takes to type", () => {
    const first = counted(noCount, level("rice", 700), 690);
    const again = countedAt(first, level("rice", 400), 390, { now: 60_000, isFresh: true });
    expect(again.lines.rice).toEqual({ quantity: 390, seen: 400, at: 60_000 });
    // The format in which lines were stored before they had a time.
    const stored = { lines: { rice: { quantity: 1, seen: 700 } } };
    expect(counted(stored, level("rice", 400), 2).lines.rice?.seen).toBe(400);
  });

  it("does not compare with an outdated level, which would deduct recent sales twice", () => {
    const count = countedAt(noCount, level("rice", 100), 90, stale);
    expect(movementsOf(count)).toEqual([]);
    expect(variancesOf(count, facts([level("rice", 100)]))).toEqual([]);
    const read = resolved(count, waitingOf(count), [level("rice", 90)], 3_000);
    expect(movementsOf(read)).toEqual([{ sku: "rice", kind: "counted", quantity: 90, seenOnHand: 90 }]);
    expect(variancesOf(read, facts([level("rice", 90)]))[0]).toMatchObject({ delta: 0, lateMs: 0 });
  });

  it("compares a line that was counted while the levels were read only after the next read", () => {
    const before = countedAt(noCount, level("rice", 100), 90, stale);
    const after = countedAt(before, level("rice", 100), 80, stale);
    expect(resolved(after, waitingOf(before), [level("rice", 90)], 0).lines.rice?.seen).toBeUndefined();
  });

  it("says of a line how long it waited for the level: some may have been used meanwhile", () => {
    const count = countedAt(noCount, level("rice", 100), 90, stale);
    const read = resolved(count, waitingOf(count), [level("rice", 85)], 20 * 60_000);
    expect(variancesOf(read, facts([level("rice", 85)]))[0]?.lateMs).toBe(20 * 60_000);
  });

  it("is done when all lines of the kitchen are, and 99 % are not 100", () => {
    const levels = Array.from({ length: 201 }, (_, index) => level(`s${index}`, 1));
    let count = noCount;
    for (const one of levels.slice(1)) count = counted(count, one, 1);
    expect(progressOf(count, levels)).toEqual({ done: 200, of: 201, percent: 99 });
    expect(progressOf(noCount, [])).toEqual({ done: 0, of: 0, percent: 0 });
  });

  it("shows the greatest share first, and in portions of the dish that takes most", () => {
    const dish = (name: string, quantity: number): Dish => {
      const recipe = [{ sku: "rice", quantity }];
      return { itemId: name, brandId: "b", name, isExtra: false, recipe, available: true };
    };
    const levels = [level("salt", 1000), level("rice", 1000)];
    const count = counted(counted(noCount, level("salt", 1000), 990), level("rice", 1000), 500);
    const variances = variancesOf(count, facts(levels, [dish("small", 100), dish("large", 200)]));
    expect(variances.map(({ level: { sku }, delta, value, portions }) => [sku, delta, value, portions])).toEqual([
      ["rice", -500, { amount: -5_750, currency: "INR" }, { name: "large", count: -2 }],
      ["salt", -10, undefined, undefined],
    ]);
  });

  it("says how many differences have no price: they must not look like a correct count", () => {
    const levels = ["rice", "salt", "curd", "ghee"].map((sku) => level(sku, 1_000));
    const [rice, salt, curd, ghee] = levels as [Level, Level, Level, Level];
    let count = counted(counted(noCount, rice, 900), salt, 990);
    count = counted(counted(count, curd, 1_010), ghee, 1_000);
    const worth = worthOf(variancesOf(count, facts(levels)));
    expect(worth).toEqual({ less: { amount: -1_150, currency: "INR" }, more: undefined, unpriced: 2 });
  });

  it("survives a reload of the page, and ignores invalid stored text", () => {
    const count = counted(noCount, level("rice", 700), 690);
    expect(readCount(JSON.stringify(count))).toEqual(count);
    for (const text of [undefined, "", "{", "null", "[]"]) expect(readCount(text)).toEqual(noCount);
  });
});

describe("supplies", () => {
  it("are grouped by storage area, with those without one last", () => {
    const kept = {
      milk: { storageArea: "Cold room" },
      rice: { storageArea: "Dry store" },
      atta: { storageArea: "Dry store" },
    };
    const areas = areasOf(
      ["rice", "salt", "atta", "milk"].map((sku) => level(sku, 1)),
      kept,
    );
    expect(areas.map(({ name, levels }) => [name, levels.map(({ sku }) => sku)])).toEqual([
      ["Cold room", ["milk"]],
      ["Dry store", ["atta", "rice"]],
      [undefined, ["salt"]],
    ]);
  });

  it("have the price of the pack, as far as it is known", () => {
    expect(costOf("rice", -1_000, supplies)).toEqual({ amount: -11_500, currency: "INR" });
    expect(costOf("salt", 1, supplies)).toBeUndefined();
    expect(costOf("salt", 1, { salt: { pack: { quantity: 1000 } } })).toBeUndefined();
  });

  it("are summed only in a single currency", () => {
    const [rupees, euros] = [
      { amount: 5, currency: "INR" },
      { amount: 7, currency: "EUR" },
    ];
    expect(sumOf([rupees, undefined, rupees])).toEqual({ amount: 10, currency: "INR" });
    expect(sumOf([rupees, euros])).toBeUndefined();
    expect(sumOf([undefined])).toBeUndefined();
  });
});

describe("a delivery", () => {
  const line = { sku: "rice", packs: 4, packSize: 5000 };

  it("is of packs", () => {
    expect(totalOf(line)).toBe(20_000);
    expect(receivedOf([line], " 4711 ")).toEqual([{ sku: "rice", kind: "received", quantity: 20_000, note: "4711" }]);
    expect(receivedOf([line], " ")[0]).not.toHaveProperty("note");
  });

  it("may be of half a pack, in whole units", () => {
    const half = { ...line, packs: 2.5, packSize: 25_001 };
    expect(receivedOf([half], "")[0]?.quantity).toBe(62_503);
    expect(isBookable([{ ...half, packs: Number("9".repeat(20)) }])).toBe(false);
  });

  it("has one line per ingredient", () => {
    const receipt = withLine(withLine([], line), { ...line, packs: 5 });
    expect(receipt).toEqual([{ ...line, packs: 5 }]);
    expect(withoutLine(receipt, "rice")).toEqual([]);
  });

  it("is booked only with a quantity in each line", () => {
    expect(isBookable([])).toBe(false);
    expect(isBookable([line, { ...line, sku: "salt", packs: 0 }])).toBe(false);
    expect(isBookable([line])).toBe(true);
  });
});

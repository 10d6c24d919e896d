import { describe, expect, it } from "vitest";
import { counted, movementsOf, noCount, progressOf, readCount, variancesOf, writeCount } from "./count";
import { isBookable, receivedOf, totalOf, withLine, withoutLine } from "./receipt";
import type { Dish, Level } from "./state";

const level = (sku: string, onHand: number, onShelf = onHand): Level => {
  const since = "2026-01-31T13:05:00Z";
  return { sku, name: sku, unit: "g", onHand, onShelf, threshold: 0, state: "ok", since };
};

describe("a count", () => {
  it("compares with the shelf, where open orders still lie", () => {
    const count = counted(noCount, level("rice", 500, 700), 690);
    expect(movementsOf(count)).toEqual([{ sku: "rice", kind: "counted", quantity: 690, seenOnHand: 700 }]);
  });

  it("keeps what was seen at the first digit while the line is typed", () => {
    const first = counted(noCount, level("rice", 700), 6);
    const second = counted(first, level("rice", 400), 690);
    expect(second.lines.rice).toEqual({ quantity: 690, seen: 700 });
  });

  it("sees the shelf again after a line was emptied", () => {
    const emptied = counted(counted(noCount, level("rice", 700), 6), level("rice", 700), undefined);
    expect(emptied.lines).toEqual({});
    expect(counted(emptied, level("rice", 400), 390).lines.rice?.seen).toBe(400);
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
    const variances = variancesOf(count, levels, [dish("small", 100), dish("large", 200)]);
    expect(variances.map(({ level: { sku }, delta, portions }) => [sku, delta, portions])).toEqual([
      ["rice", -500, { name: "large", count: -2 }],
      ["salt", -10, undefined],
    ]);
  });

  it("survives a reload of the page, and a stored text that is none", () => {
    const count = counted(noCount, level("rice", 700), 690);
    expect(readCount(writeCount(count))).toEqual(count);
    for (const text of [undefined, "", "{", "null", "[]"]) expect(readCount(text)).toEqual(noCount);
  });
});

describe("a delivery", () => {
  const line = { sku: "rice", packs: 4, packSize: 5000 };

  it("is of packs", () => {
    expect(totalOf(line)).toBe(20_000);
    expect(receivedOf([line], " 4711 ")).toEqual([{ sku: "rice", kind: "received", quantity: 20_000, note: "4711" }]);
    expect(receivedOf([line], " ")[0]).not.toHaveProperty("note");
  });

  it("has one line an ingredient", () => {
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

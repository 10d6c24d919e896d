import { describe, expect, it } from "vitest";
import { brandClasses } from "./brands";
import { measure } from "./rails";
import { isFinger } from "./touch";
import { columnsFor } from "./ui";

describe("touches", () => {
  it("are from a finger if they are small and there is no other touch", () => {
    expect(isFinger({ width: 1, height: 1 }, 0)).toBe(true);
    expect(isFinger({ width: 40, height: 45 }, 0)).toBe(true);
    expect(isFinger({ width: 120, height: 30 }, 0)).toBe(false);
    expect(isFinger({ width: 40, height: 45 }, 1)).toBe(false);
  });
});

describe("the look", () => {
  it("gives the twelve brands of a kitchen twelve colours, the same on all its screens", () => {
    const brands = Array.from({ length: 12 }, (_, index) => `brand-of-${index * 7}`);
    const colours = brands.map(brandClasses(brands));
    expect(new Set(colours).size).toBe(12);
    expect(colours.every((colour) => /^brand-(\d|1[01])$/.test(colour))).toBe(true);
    expect(brands.map(brandClasses([...brands].reverse()))).toEqual(colours);
    // Brown, teal and purple, not three browns.
    expect(["a", "b", "c"].map(brandClasses(["a", "b", "c"]))).toEqual(["brand-0", "brand-5", "brand-10"]);
  });

  it("gives a brand that is not the kitchen's one of them, too", () => {
    expect(brandClasses()("biryani-house")).toMatch(/^brand-(\d|1[01])$/);
    expect(brandClasses(["dosa"])("biryani-house")).toBe(brandClasses()("biryani-house"));
  });

  it("has one to five columns, by width and size", () => {
    expect([390, 700, 1_000, 1_280, 2_400].map((width) => columnsFor(width, 16))).toEqual([1, 2, 3, 4, 5]);
    expect(columnsFor(1_000, 16 * 1.6)).toBe(2);
  });

  it("measures in large units from 1,000 on", () => {
    expect([measure(999, "g"), measure(2_540, "g"), measure(12, "piece")]).toEqual(["999 g", "2.5 kg", "12"]);
  });
});

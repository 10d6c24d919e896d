import { describe, expect, it } from "vitest";
import { brandClass } from "./brands";
import { measure } from "./rails";
import { isFinger } from "./touch";
import { columnsFor } from "./ui";

describe("touches", () => {
  it("are a finger's if they are small and alone", () => {
    expect(isFinger({ width: 1, height: 1 }, 0)).toBe(true);
    expect(isFinger({ width: 40, height: 45 }, 0)).toBe(true);
    expect(isFinger({ width: 120, height: 30 }, 0)).toBe(false);
    expect(isFinger({ width: 40, height: 45 }, 1)).toBe(false);
  });
});

describe("the look", () => {
  it("gives a brand the same colour everywhere", () => {
    expect(brandClass("biryani-house")).toBe(brandClass("biryani-house"));
    expect(brandClass("biryani-house")).toMatch(/^brand-(\d|1[01])$/);
    expect(new Set(["biryani-house", "punjab-rasoi", "dosa-junction"].map(brandClass)).size).toBe(3);
  });

  it("has one to five columns, by width and size", () => {
    expect([390, 700, 1_000, 1_280, 2_400].map((width) => columnsFor(width, 16))).toEqual([1, 2, 3, 4, 5]);
    expect(columnsFor(1_000, 16 * 1.6)).toBe(2);
  });

  it("measures in large units from 1,000 on", () => {
    expect([measure(999, "g"), measure(2_540, "g"), measure(12, "piece")]).toEqual(["999 g", "2.5 kg", "12"]);
  });
});

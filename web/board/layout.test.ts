import { describe, expect, it } from "vitest";
import type { LineGroup } from "./cards";
import { arrange, cellsOf, type Slot, tileOf } from "./layout";

const slots = (...ids: readonly string[]): readonly Slot[] => ids.map((id) => ({ id, cells: 1 }));
const ids = (arranged: readonly Slot[]) =>
  arranged.map((slot) => (slot.goneAt === undefined ? slot.id : `(${slot.id})`)).join(" ");
const calm = 0;
const now = 100_000;

describe("cards", () => {
  it("do not move while a finger is near: a new one comes last, a gap stays", () => {
    expect(ids(arrange(slots("a", "b", "c"), slots("x", "a", "c"), now, now - 1_999))).toBe("a (b) c x");
  });

  it("are set in order 2 s after the last touch", () => {
    expect(ids(arrange(slots("a", "c"), slots("x", "a", "c"), now, now - 2_000))).toBe("x a c");
  });

  it("close a gap 2 s after the card left while no finger is near", () => {
    const gap = arrange(slots("a", "b", "c"), slots("a", "c"), now, calm);
    expect(ids(gap)).toBe("a (b) c");
    expect(ids(arrange(gap, slots("a", "c"), now + 1_999, calm))).toBe("a (b) c");
    expect(ids(arrange(gap, slots("a", "c"), now + 2_000, calm))).toBe("a c");
  });

  it("close each gap in its time, also when others leave all the time", () => {
    const first = arrange(slots("a", "b", "c", "d"), slots("a", "c", "d"), now, calm);
    const second = arrange(first, slots("a", "d"), now + 1_000, calm);
    expect(ids(second)).toBe("a (b) (c) d");
    expect(ids(arrange(second, slots("a", "d"), now + 2_000, calm))).toBe("a (c) d");
    expect(ids(arrange(second, slots("a", "d"), now + 2_000, now + 1_000))).toBe("a (b) (c) d");
  });

  it("return to their place when a bump is undone", () => {
    const gap = arrange(slots("a", "b", "c"), slots("a", "c"), now, now);
    expect(ids(arrange(gap, slots("a", "b", "c"), now + 500, now + 500))).toBe("a b c");
  });
});

describe("a long order", () => {
  const line = (name: string): LineGroup => ({
    indices: [0],
    itemId: name,
    name,
    quantity: 1,
    modifiers: [],
    state: "waiting",
  });
  const cells = (count: number) =>
    cellsOf(Array.from({ length: count }, (_, index) => line(`${index}`))).map((cell) => cell.length);

  it("goes on in the next cell, in cells of about the same height", () => {
    expect(cells(1)).toEqual([1]);
    expect(cells(5)).toEqual([5]);
    expect(cells(6)).toEqual([3, 3]);
    expect(cells(12)).toEqual([4, 4, 4]);
  });

  it("is as long as its notes are, those of allergies longer", () => {
    const noted = (length: number, isAllergy = false) =>
      cellsOf(["a", "b", "c"].map((name) => ({ ...line(name), note: [{ text: "x".repeat(length), isAllergy }] })));
    expect(noted(20)).toHaveLength(1);
    expect(noted(40)).toHaveLength(1);
    expect(noted(40, true)).toHaveLength(2);
    expect(noted(140)).toHaveLength(3);
  });

  it("keeps all its lines in their order", () => {
    const lines = Array.from({ length: 23 }, (_, index) => ({
      ...line(`${index}`),
      note: index % 3 === 0 ? [{ text: "x".repeat(90), isAllergy: false }] : undefined,
    }));
    expect(cellsOf(lines).flat()).toEqual(lines);
  });
});

describe("the number of a card's key", () => {
  it("counts cards, not the cells of a long one", () => {
    const long: Slot = { id: "b", cells: 2 };
    expect(["a", "b", "c", "none"].map((id) => tileOf([...slots("a"), long, ...slots("c")], id))).toEqual([1, 2, 3, 0]);
  });
});

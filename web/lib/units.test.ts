import { describe, expect, it } from "vitest";
import { change, decimal, isWrong, quantity, scalesOf, typed } from "./units";

describe("quantities", () => {
  it("are shown in the customary unit", () => {
    expect(quantity(53_820, "g")).toBe("53.82 kg");
    expect(quantity(309_940, "g")).toBe("309.9 kg");
    expect(quantity(999, "ml")).toBe("999 ml");
    expect(quantity(1200, "piece")).toBe("1,200 piece");
  });

  it("of a ledger have a sign", () => {
    expect(change(-1500, "g")).toBe("−1.5 kg");
    expect(change(20, "piece")).toBe("+20 piece");
    expect(change(0, "g")).toBe("0 g");
  });

  it("are typed in the large unit where there is much", () => {
    expect(scalesOf("g", 5000)[0]).toEqual({ unit: "kg", factor: 1000 });
    expect(scalesOf("g", 40)[0]).toEqual({ unit: "g", factor: 1 });
    expect(scalesOf("piece", 5000)).toEqual([{ unit: "piece", factor: 1 }]);
  });

  it("are parsed to whole units", () => {
    const kg = { unit: "kg", factor: 1000 };
    expect(typed("12.5", kg)).toBe(12_500);
    expect(typed(" 0,3 ", kg)).toBe(300);
    expect(typed(".5", kg)).toBe(500);
    expect(typed("3.", kg)).toBe(3000);
    for (const not of ["", "-1", "1e9", "1.2.3", "abc", "."]) expect(typed(not, kg)).toBeUndefined();
  });

  it("are not rounded where there is no smaller unit: 2.5 pieces are not 3", () => {
    const piece = { unit: "piece", factor: 1 };
    expect(typed("2.5", piece)).toBeUndefined();
    expect(typed("3.", piece)).toBe(3);
    expect([isWrong("2.5", typed("2.5", piece)), isWrong(" ", typed(" ", piece)), isWrong("3", 3)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(decimal("2,5")).toBe(2.5);
  });

  it("may have their thousands separated, as in India or elsewhere", () => {
    const g = { unit: "g", factor: 1 };
    expect(typed("1,500", g)).toBe(1500);
    expect(typed("1,50,000", g)).toBe(150_000);
    expect(typed("1,500,000", g)).toBe(1_500_000);
    expect(typed("12,500.5", { unit: "kg", factor: 1000 })).toBe(12_500_500);
    // Not thousands: a decimal comma.
    expect(typed("0,500", { unit: "kg", factor: 1000 })).toBe(500);
    expect(typed("1,25", { unit: "kg", factor: 1000 })).toBe(1250);
    for (const not of ["1,500,0", "1,50,00", ",1,500", "1.500,5"]) expect(typed(not, g)).toBeUndefined();
  });
});

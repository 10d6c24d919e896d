import { describe, expect, it } from "vitest";
import { csvOf } from "./csv";

describe("a table as CSV", () => {
  it("quotes what would break a line or a field", () => {
    const rows = [
      ["Chicken, curry cut", 1.5, undefined],
      ['the "best"', -2, "two\nlines"],
    ];
    expect(csvOf({ columns: ["a", "b", "c"], rows })).toBe(
      'a,b,c\r\n"Chicken, curry cut",1.5,\r\n"the ""best""",-2,"two\nlines"',
    );
  });

  it("defuses formulas in names, and leaves numbers alone", () => {
    expect(csvOf({ columns: ["a"], rows: [["=HYPERLINK(1)"], ["@x"], [-3]] })).toBe("a\r\n'=HYPERLINK(1)\r\n'@x\r\n-3");
  });
});

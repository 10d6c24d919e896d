import { describe, expect, it, vi } from "vitest";
import { type Api, type Change, Unreachable } from "./api";
import { type Fold, report, taken } from "./comparison";
import type { LiveEvent, Snapshot } from "./live";

type Sum = Snapshot & { readonly sum: number };

const fold: Fold<number, Sum> = {
  begin: ({ sum }) => sum,
  apply: (sum, { position }) => sum + Number(position),
  differences: (actual, expected) =>
    actual === expected ? [] : [{ kitchenId: "blr-01", what: `${actual} is not ${expected}` }],
};
const snapshot = { asOf: "10", now: "2026-01-31T13:00:00Z", sum: 100 };
const later = [{ position: "11" } as LiveEvent];

describe("a snapshot", () => {
  it("is continued by the events after it", () => {
    expect(taken(fold, undefined, snapshot, later, "first")).toEqual({ state: 111, found: [] });
  });

  it("corrects what is shown; only of a comparison a difference is a defect", () => {
    expect(taken(fold, 7, snapshot, later, "resumed")).toEqual({ state: 111, found: [] });
    expect(taken(fold, 111, snapshot, later, "compared").found).toEqual([]);
    const { state, found } = taken(fold, 7, snapshot, later, "compared");
    expect([state, found]).toEqual([111, [{ kitchenId: "blr-01", what: "7 is not 111" }]]);
  });
});

describe("a report", () => {
  const sent: Change[] = [];
  const send = (change: Change) => {
    sent.push(change);
    return Promise.reject(new Unreachable(""));
  };
  const api = { send } as unknown as Api;

  it("names the first twenty differences of each kitchen", () => {
    vi.spyOn(console, "error").mockReturnValue(undefined);
    const found = Array.from({ length: 30 }, (_, n) => ({ kitchenId: n < 2 ? "blr-01" : "mum-01", what: `x ${n}` }));
    report(api, "operations", snapshot, found);
    const differences = sent.map(({ body }) => (body as { differences: string[] }).differences);
    expect(differences.map(({ length }) => length)).toEqual([2, 20]);
    expect(sent[0]).toEqual({
      method: "POST",
      path: "/v1/kitchens/blr-01/differences",
      body: { screen: "operations", position: 10, differences: ["x 0", "x 1"] },
    });
  });
});

import { describe, expect, it } from "vitest";
import { order } from "./examples";
import { isAsWanted } from "./sending";

const ids = { orderId: "o1", number: 1 };

describe("a refused tap", () => {
  it("needs no words if another screen did the same", () => {
    expect(isAsWanted(order("o1", { status: "ready" }), { kind: "bump", ...ids })).toBe(true);
    expect(isAsWanted(order("o1", { status: "out_for_delivery" }), { kind: "bump", ...ids })).toBe(true);
    expect(isAsWanted(order("o1", { status: "preparing" }), { kind: "accept", ...ids })).toBe(true);
    expect(isAsWanted(order("o1", { status: "cancelled" }), { kind: "cancel", ...ids })).toBe(true);
  });

  it("needs words if the order is not where the cook believes it", () => {
    expect(isAsWanted(order("o1", { status: "cancelled" }), { kind: "bump", ...ids })).toBe(false);
    expect(isAsWanted(order("o1", { status: "preparing" }), { kind: "bump", ...ids })).toBe(false);
    const recall = { kind: "progress", ...ids, lines: [0], to: "started" } as const;
    expect(isAsWanted(order("o1", { status: "ready" }), recall)).toBe(false);
  });
});

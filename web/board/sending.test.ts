import { describe, expect, it } from "vitest";
import { Refused } from "../lib/api";
import { type Core, createCore } from "./core";
import { board, order } from "./examples";
import { isAsWanted, refused } from "./sending";
import { emptyBoard, replace } from "./state";

const ids = { orderId: "o1", number: 1 };

describe("a refused tap", () => {
  it("is not reported if another screen did the same", () => {
    expect(isAsWanted(order("o1", { status: "ready" }), { kind: "bump", ...ids })).toBe(true);
    expect(isAsWanted(order("o1", { status: "out_for_delivery" }), { kind: "bump", ...ids })).toBe(true);
    expect(isAsWanted(order("o1", { status: "preparing" }), { kind: "accept", ...ids })).toBe(true);
    expect(isAsWanted(order("o1", { status: "cancelled" }), { kind: "cancel", ...ids })).toBe(true);
  });

  it("is reported if the order is not in the state that the cook expects", () => {
    expect(isAsWanted(order("o1", { status: "cancelled" }), { kind: "bump", ...ids })).toBe(false);
    expect(isAsWanted(order("o1", { status: "preparing" }), { kind: "bump", ...ids })).toBe(false);
    const recall = { kind: "progress", ...ids, lines: [0], to: "started" } as const;
    expect(isAsWanted(order("o1", { status: "ready" }), recall)).toBe(false);
  });

  it("leaves no cancelled card to be confirmed if the kitchen cancels it, too", async () => {
    const get = () => Promise.resolve(order("o1", { status: "cancelled", version: 3 }));
    const core = createCore({ kitchenId: "blr-01", api: { get }, clock: { now: () => 0 } } as unknown as Core);
    core.state.value = replace(emptyBoard, board([order("o1")]));
    const conflict = new Refused({ status: 409, code: "order_finished", title: "" });
    await refused(core, { kind: "bump", ...ids }, conflict);
    expect(core.state.value.orders.has("o1")).toBe(true);
    await refused(core, { kind: "cancel", ...ids }, conflict);
    expect(core.state.value.orders.has("o1")).toBe(false);
  });
});

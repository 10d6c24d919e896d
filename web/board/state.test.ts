import { describe, expect, it } from "vitest";
import { modeAt } from "../lib/mode";
import { at, board, event, line, noon, order } from "./examples";
import { acknowledge, apply, type BoardState, differences, emptyBoard, type Order, replace, take } from "./state";

const shown = (...orders: readonly Order[]) => replace(emptyBoard, board(orders));
const only = (state: BoardState, id = "o1") => state.orders.get(id);

describe("an event", () => {
  it("of a placed order adds it, to be read for its notes", () => {
    const { status: _, version: __, id, ...content } = order("o1");
    const state = apply(shown(), event("placed", id, 1, { ...content, orderId: id, acceptBy: at(8) }));
    expect(only(state)).toMatchObject({ status: "placed", version: 1, acceptBy: at(8), number: 1 });
    expect([...state.unread]).toEqual(["o1"]);
  });

  it("moves the status, and the details that it carries", () => {
    const state = apply(shown(order("o1")), event("ready", "o1", 3, { collectBy: at(30) }));
    expect(only(state)).toMatchObject({ status: "ready", version: 3, collectBy: at(30), promise: { readyAt: at(20) } });
    expect(only(state)?.timeline.at(-1)).toMatchObject({ status: "ready", at: at(5), by: "kitchen" });
  });

  it("removes a detail that it sets to null", () => {
    const state = apply(shown(order("o1", { acceptBy: at(8) })), event("accepted", "o1", 3, { acceptBy: null }));
    expect(only(state)).not.toHaveProperty("acceptBy");
  });

  it("that the snapshot includes already changes nothing", () => {
    const before = shown(order("o1", { status: "preparing", version: 3 }));
    expect(apply(before, event("accepted", "o1", 2))).toBe(before);
    expect(apply(before, event("preparing", "o1", 3))).toBe(before);
  });

  it("after a missing one has the order read", () => {
    const state = apply(shown(order("o1")), event("progressed", "o1", 4, { status: "preparing" }));
    expect([...state.unread]).toEqual(["o1"]);
    expect([...apply(shown(order("o1")), event("preparing", "o1", 3)).unread]).toEqual([]);
  });

  it("of delivery takes the order off, to the list of those that left", () => {
    const state = apply(shown(order("o1", { status: "out_for_delivery" })), event("delivered", "o1", 3));
    expect(only(state)).toBeUndefined();
    expect(state.left.map((one) => one.id)).toEqual(["o1"]);
  });

  it("leaves all other orders as they are: their cards are not painted", () => {
    const before = shown(order("o1"), order("o2"));
    expect(apply(before, event("preparing", "o1", 3)).orders.get("o2")).toBe(before.orders.get("o2"));
  });

  it("of a mode replaces the whole mode", () => {
    const busy = { ...shown(), mode: { mode: "busy", delayMinutes: 20, until: at(60) } as const };
    const data = { path: "kitchens/blr-01", mode: "online" };
    const state = apply(busy, { ...event("x", "o1", 1, data), type: "kitchen.mode_changed" });
    expect(state.mode).toEqual({ mode: "online", delayMinutes: 0 });
  });
});

describe("a cancelled order", () => {
  const cancelled = event("cancelled", "o1", 3, { reason: "customer_request", disposition: "return", by: "customer" });

  it("stays until it is acknowledged, also over a snapshot", () => {
    const state = apply(shown(order("o1")), cancelled);
    expect(only(state)?.timeline.at(-1)).toMatchObject({ by: "customer", reason: "customer_request", stock: "return" });
    expect(only(replace(state, board([])))?.status).toBe("cancelled");
    expect(only(acknowledge(state, "o1"))).toBeUndefined();
  });

  it("that was not in the kitchen leaves at once", () => {
    const scheduled = order("o1", { schedule: { for: at(90), releaseAt: at(60) } });
    expect(only(apply(shown(scheduled), cancelled))).toBeUndefined();
    expect(only(apply(shown(order("o1", { status: "out_for_delivery" })), cancelled))).toBeUndefined();
  });
});

describe("a snapshot", () => {
  it("has an order read that it no longer lists: the cook must know how it ended", () => {
    const state = replace(shown(order("o1")), board([]));
    expect(only(state)?.status).toBe("accepted");
    expect([...state.unread]).toEqual(["o1"]);
    expect(only(take(state, order("o1", { status: "cancelled", version: 5 })))?.status).toBe("cancelled");
    expect(only(take(state, order("o1", { status: "delivered", version: 5 })))).toBeUndefined();
  });

  it("forgets where the items of earlier orders were made: their station may have another name now", () => {
    const item = (itemId: string, stationId: string) => ({ itemId, recipe: [], stationId });
    const before = replace(emptyBoard, board([order("o1")], { items: [item("raita", "cold"), item("naan", "oven")] }));
    const { items } = replace(before, board([order("o1")], { items: [item("raita", "salads")] }));
    expect([...items]).toEqual([["raita", item("raita", "salads")]]);
  });

  it("forgets an order that had left the kitchen", () => {
    expect(only(replace(shown(order("o1", { status: "out_for_delivery" })), board([])))).toBeUndefined();
  });

  it("that is truncated keeps the board's other orders and has them read: they may be the newest", () => {
    const state = replace(shown(order("o1"), order("o2")), board([order("o1")], { truncated: true }));
    expect([...state.orders.keys()]).toEqual(["o1", "o2"]);
    expect([...state.unread]).toEqual(["o2"]);
  });

  it("that is truncated lacks orders, which are read at their next event", () => {
    const cut = replace(emptyBoard, board([], { truncated: true }));
    expect([...apply(cut, event("released", "o1", 3, { status: "accepted" })).unread]).toEqual(["o1"]);
    expect([...apply(cut, event("delivered", "o1", 6)).unread]).toEqual([]);
    expect([...apply(shown(), event("released", "o1", 3, { status: "accepted" })).unread]).toEqual([]);
  });

  it("includes the scheduled orders", () => {
    const state = replace(
      emptyBoard,
      board([], { scheduled: [order("o1", { schedule: { for: at(90), releaseAt: at(60) } })] }),
    );
    expect(only(state)).toBeDefined();
  });
});

describe("a read order", () => {
  const noted = [line("biryani", 2, { note: "no peanuts" }), line("raita")];

  it("brings its notes", () => {
    const state = take({ ...shown(order("o1")), unread: new Set(["o1"]) }, order("o1", { lines: noted }));
    expect(only(state)?.lines[0]?.note).toBe("no peanuts");
    expect(state.unread.size).toBe(0);
  });

  it("older than the card brings its notes only", () => {
    const state = take(shown(order("o1", { status: "ready", version: 4 })), order("o1", { lines: noted }));
    expect(only(state)).toMatchObject({ status: "ready", version: 4 });
    expect(only(state)?.lines[0]?.note).toBe("no peanuts");
  });

  it("that has ended does not come back", () => {
    expect(only(take(shown(), order("o1", { status: "delivered" })))).toBeUndefined();
  });
});

describe("a comparison", () => {
  it("finds what differs at the same position", () => {
    const progress = [{ state: "done" as const }, { state: "waiting" as const }];
    expect(differences(shown(order("o1")), shown(order("o1")), noon)).toEqual([]);
    expect(differences(shown(order("o1")), shown(order("o1", { progress })), noon)).toHaveLength(1);
    expect(differences(shown(order("o1")), shown(), noon)).toHaveLength(1);
    expect(differences(shown(), shown(order("o1")), noon)).toHaveLength(1);
  });

  it("does not count an order whose notes are not read yet", () => {
    const noted = order("o1", { lines: [line("biryani", 2, { note: "hot" }), line("raita")] });
    expect(differences({ ...shown(order("o1")), unread: new Set(["o1"]) }, shown(noted), noon)).toEqual([]);
    expect(differences(shown(order("o1")), shown(noted), noon)).toHaveLength(1);
  });

  it("does not count an order that a truncated board lacks", () => {
    const cut = { ...shown(order("o1")), truncated: true };
    expect(differences(cut, shown(), noon)).toEqual([]);
    expect(differences(shown(), cut, noon)).toEqual([]);
  });

  it("does not count an order that waits to be acknowledged", () => {
    expect(differences(shown(order("o1", { status: "cancelled" })), shown(), noon)).toEqual([]);
  });
});

describe("a courier", () => {
  const assigned = apply(
    shown(order("o1")),
    event("courier_assigned", "o1", 3, { status: "accepted", courierId: "ravi" }),
  );

  it("is read for the name when assigned, and is here when arrived", () => {
    expect(only(assigned)?.courierId).toBe("ravi");
    expect([...assigned.unread]).toEqual(["o1"]);
    const here = { status: "accepted", where: "kitchen", courier: { arrivedAtKitchen: at(9) } };
    const arrived = apply(assigned, event("courier_arrived", "o1", 4, here));
    expect(only(arrived)).toMatchObject({ courierId: "ravi", courier: { arrivedAtKitchen: at(9) } });
  });

  it("leaves nothing behind when unassigned", () => {
    const known = take(assigned, order("o1", { version: 3, courierId: "ravi", courierContact: { name: "Ravi" } }));
    const state = apply(known, event("courier_unassigned", "o1", 4, { status: "accepted", courierId: "ravi" }));
    expect(only(state)).not.toHaveProperty("courierId");
    expect(only(state)).not.toHaveProperty("courierContact");
  });
});

describe("a mode", () => {
  it("ends at its time without an event, which is no difference", () => {
    const busy = { ...shown(), mode: { mode: "busy", delayMinutes: 20, until: at(60) } as const };
    expect(modeAt(busy.mode, noon + 59 * 60_000).mode).toBe("busy");
    expect(modeAt(busy.mode, noon + 60 * 60_000)).toEqual({ mode: "online", delayMinutes: 0 });
    expect(differences(busy, shown(), noon + 60 * 60_000)).toEqual([]);
    expect(differences(busy, shown(), noon)).toHaveLength(1);
  });
});

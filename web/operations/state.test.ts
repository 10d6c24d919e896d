import { describe, expect, it } from "vitest";
import type { LiveEvent } from "../lib/live";
import { evolve, fold, fromSnapshot, type OperationsSnapshot, pruned, withCounts, withWebhooks } from "./state";

const kitchen = (id: string) => ({ id, name: id }) as unknown as OperationsSnapshot["kitchens"][number];

const counts = (kitchenId: string, more: Partial<OperationsSnapshot["counts"][number]> = {}) => ({
  kitchenId,
  mode: { mode: "online" as const, delayMinutes: 0 },
  open: { placed: 0, accepted: 0, preparing: 0, ready: 0, outForDelivery: 0 },
  late: 0,
  withoutCourier: 0,
  stockLow: 0,
  stockOut: 0,
  itemsOff: 0,
  ...more,
});

const snapshotOf = (more: Partial<OperationsSnapshot> = {}): OperationsSnapshot => ({
  asOf: "10",
  now: "2026-01-31T13:00:00Z",
  counts: [counts("blr-01")],
  kitchens: [kitchen("blr-01"), kitchen("mum-01")],
  orders: [],
  alerts: [],
  webhooks: [],
  items: [],
  ingredients: [],
  isHistoryCut: false,
  ...more,
});

function event(type: string, data: Record<string, unknown>, time = "2026-01-31T13:00:00Z"): LiveEvent {
  const kitchenid = "blr-01";
  const id = "019a4c5f-7d00-7a3e-9f21-000000000002";
  const rest = { specversion: "1.0", id, source: "/tiffin", datacontenttype: "application/json", position: "11" };
  return { ...rest, subject: `kitchens/${kitchenid}`, type, time, kitchenid, data };
}

const order = (id: string, version: number, status: string, more: Record<string, unknown> = {}) => ({
  orderId: id,
  version,
  status,
  number: 47,
  kitchenId: "blr-01",
  ...more,
});

const placed = event("order.placed", {
  ...order("o1", 1, "placed"),
  placedAt: "2026-01-31T12:59:58Z",
  fulfilment: { type: "delivery" },
  acceptBy: "2026-01-31T13:10:00Z",
  promise: { readyAt: "2026-01-31T13:20:00Z", first: "2026-01-31T13:20:00Z", moved: 0 },
});

const folded = (...events: readonly LiveEvent[]) => events.reduce(evolve, fromSnapshot(snapshotOf()));

describe("operations", () => {
  it("show the kitchens that the caller may see", () => {
    expect([...fromSnapshot(snapshotOf()).kitchens.keys()]).toEqual(["blr-01"]);
  });

  it("take a placed order with its deadlines", () => {
    expect(folded(placed).orders.get("o1")).toMatchObject({
      number: 47,
      status: "placed",
      isDelivery: true,
      placedAt: Date.parse("2026-01-31T12:59:58Z"),
      acceptBy: Date.parse("2026-01-31T13:10:00Z"),
      promisedAt: Date.parse("2026-01-31T13:20:00Z"),
      awaitsRelease: false,
    });
  });

  it("apply an event once: the snapshot may include it already", () => {
    const accepted = event("order.accepted", order("o1", 2, "accepted"));
    const preparing = event("order.preparing", order("o1", 3, "preparing"));
    expect(folded(placed, accepted, preparing, accepted).orders.get("o1")?.status).toBe("preparing");
    expect(folded(placed, placed)).toEqual(folded(placed));
  });

  it("ignore orders that had closed before the snapshot", () => {
    expect(folded(event("order.delivered", order("old", 9, "delivered"))).orders.size).toBe(0);
  });

  it("measure the preparation from the event that ends it", () => {
    const previous = { status: "preparing", at: "2026-01-31T13:02:00Z" };
    const ready = event("order.ready", order("o1", 4, "ready", { previous }), "2026-01-31T13:12:00Z");
    expect(folded(placed, ready).orders.get("o1")).toMatchObject({
      preparingAt: Date.parse("2026-01-31T13:02:00Z"),
      readyAt: Date.parse("2026-01-31T13:12:00Z"),
    });
  });

  it("move a promise and keep the rest", () => {
    const promise = { readyAt: "2026-01-31T13:30:00Z", first: "2026-01-31T13:20:00Z", moved: 1 };
    const moved = folded(placed, event("order.promise_changed", order("o1", 2, "placed", { promise }))).orders.get(
      "o1",
    );
    expect(moved).toMatchObject({ promisedAt: Date.parse("2026-01-31T13:30:00Z"), status: "placed", isDelivery: true });
    expect(moved?.acceptBy).toBe(Date.parse("2026-01-31T13:10:00Z"));
  });

  it("know who comes for an order, and when that courier has gone", () => {
    const here = folded(placed, event("order.courier_assigned", order("o1", 2, "accepted", { courierId: "ravi" })));
    expect(here.orders.get("o1")?.courierId).toBe("ravi");
    const gone = event("order.courier_unassigned", order("o1", 3, "accepted", { courierId: "ravi" }));
    expect(evolve(here, gone).orders.get("o1")?.courierId).toBeUndefined();
  });

  it("wait for a decision about a failed delivery until it is made", () => {
    const decideBy = "2026-01-31T14:00:00Z";
    const failed = folded(placed, event("order.delivery_failed", order("o1", 2, "out_for_delivery", { decideBy })));
    expect(failed.orders.get("o1")?.decideBy).toBe(Date.parse(decideBy));
    const decided = event("order.delivery_decided", order("o1", 3, "out_for_delivery", { decision: "retry" }));
    expect(evolve(failed, decided).orders.get("o1")?.decideBy).toBeUndefined();
  });

  it("raise and end alerts of stock", () => {
    const out = event("inventory.out", { kitchenId: "blr-01", sku: "rice", onHand: 0, threshold: 5 });
    expect(folded(out).alerts.get("blr-01/rice")?.state).toBe("out");
    expect(folded(out, event("inventory.recovered", { kitchenId: "blr-01", sku: "rice" })).alerts.size).toBe(0);
  });

  it("pause a kitchen, and know since when", () => {
    const mode = { mode: "paused", delayMinutes: 0, reason: "not_answering", since: "2026-01-31T13:00:00Z" } as const;
    const paused = folded(event("kitchen.mode_changed", { path: "kitchens/blr-01", ...mode }));
    expect(paused.states.get("blr-01")?.mode).toEqual(mode);
    const same = withCounts(paused, { asOf: "11", data: [counts("blr-01", { mode, itemsOff: 3 })] });
    expect(same.states.get("blr-01")).toEqual({ mode, modeAsOf: "11", itemsOff: 3 });
  });

  it("know a mode that was set after the counts were read, and before they have arrived", () => {
    const paused = folded(event("kitchen.mode_changed", { path: "kitchens/blr-01", mode: "paused" }));
    const older = withCounts(paused, { asOf: "10", data: [counts("blr-01", { itemsOff: 3 })] });
    expect(older.states.get("blr-01")).toMatchObject({ mode: { mode: "paused" }, itemsOff: 3 });
    const again = withCounts(older, { asOf: "12", data: [counts("blr-01", { itemsOff: 0 })] });
    const mode = { mode: "paused", delayMinutes: 0 } as const;
    const oldest = withCounts(again, { asOf: "9", data: [counts("blr-01", { mode })] });
    expect(oldest.states.get("blr-01")?.mode.mode).toBe("online");
  });

  it("know which share of an order's lines is not done", () => {
    const progress = [{ state: "done" }, { state: "waiting" }, { state: "started" }, { state: "done" }];
    const worked = folded(placed, event("order.progressed", order("o1", 2, "preparing", { progress })));
    expect(worked.orders.get("o1")?.undone).toBe(0.5);
  });

  it("list webhooks as they were read again", () => {
    const webhook = { id: "w", url: "https://example.com/hook", status: "disabled", disabledReason: "gone" };
    const read = withWebhooks(folded(), [webhook, { ...webhook, id: "v", status: "enabled" }] as never);
    expect([...read.disabled]).toEqual([["w", { id: "w", host: "example.com", reason: "gone" }]]);
    expect(withWebhooks(read, []).disabled.size).toBe(0);
  });

  it("list webhooks that were disabled", () => {
    const disabled = folded(
      event("webhook.disabled", { webhookId: "w", host: "example.com", reason: "gone" }),
    ).disabled;
    expect(disabled.get("w")).toEqual({ id: "w", host: "example.com", reason: "gone" });
  });

  it("forget closed orders after an hour, open ones never", () => {
    const state = folded(
      placed,
      event("order.placed", { ...order("o2", 1, "placed"), placedAt: "2026-01-31T12:59:58Z" }),
    );
    const closed = evolve(state, event("order.cancelled", order("o2", 2, "cancelled")));
    expect([...pruned(closed, Date.parse("2026-01-31T14:00:00Z")).orders.keys()]).toEqual(["o1"]);
    expect(pruned(state, 0)).toBe(state);
  });

  it("keep a closed order that was placed long ago and became ready within the hour: it was the slow one", () => {
    const made = [
      event("order.ready", order("o1", 2, "ready"), "2026-01-31T14:30:00Z"),
      event("order.delivered", order("o1", 3, "delivered"), "2026-01-31T14:50:00Z"),
    ];
    const state = folded(placed, ...made);
    expect(pruned(state, Date.parse("2026-01-31T14:00:00Z"))).toBe(state);
    expect(pruned(state, Date.parse("2026-01-31T14:31:00Z")).orders.size).toBe(0);
  });
});

describe("a comparison of operations with a fresh snapshot", () => {
  const now = Date.parse("2026-01-31T13:00:00Z");
  const whats = (actual: readonly LiveEvent[], expected: readonly LiveEvent[]) =>
    fold.differences(folded(...actual), folded(...expected), now).map(({ what }) => what);
  const accepted = event("order.accepted", order("o1", 2, "accepted"));
  const delivered = event("order.delivered", order("o1", 3, "delivered"));

  it("finds nothing if following events and reading lead to the same state", () => {
    const read = {
      ...order("o1", 2, "accepted"),
      id: "o1",
      placedAt: "2026-01-31T12:59:58Z",
      fulfilment: { type: "delivery" },
      acceptBy: "2026-01-31T13:10:00Z",
      promise: { readyAt: "2026-01-31T13:20:00Z" },
      timeline: [],
    };
    const snapshot = fromSnapshot(snapshotOf({ orders: [read as never] }));
    expect(fold.differences(folded(placed, accepted), snapshot, now)).toEqual([]);
  });

  it("finds orders that are missing, open here only, and different", () => {
    expect(whats([], [placed])).toEqual(["order o1 is missing here"]);
    expect(whats([placed], [])).toEqual(["order o1 is open here only"]);
    expect(whats([placed], [placed, accepted])).toEqual(["order o1 differs at version 1"]);
    expect(whats([placed, accepted, delivered], [placed, accepted])).toEqual(["order o1 differs at version 3"]);
  });

  it("does not count an order that has ended", () => {
    expect(whats([placed, accepted, delivered], [])).toEqual([]);
  });

  it("finds alerts and modes of a kitchen", () => {
    const [low, out] = ["low", "out"].map((state) => event(`inventory.${state}`, { kitchenId: "blr-01", sku: "rice" }));
    const paused = event("kitchen.mode_changed", { path: "kitchens/blr-01", mode: "paused" });
    const wrong = ["ingredient rice is ok here, not out", "the mode is online, not paused"];
    expect(whats([], [out, paused] as never)).toEqual(wrong);
    expect(whats([low, paused] as never, [out, paused] as never)).toEqual(["ingredient rice is low here, not out"]);
  });

  it("does not count a mode that has ended by itself", () => {
    const until = "2026-01-31T13:00:00Z";
    expect(whats([event("kitchen.mode_changed", { path: "kitchens/blr-01", mode: "paused", until })], [])).toEqual([]);
  });
});

import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { cardMaker, withPending } from "./cards";
import { at, itemsOf, line, order } from "./examples";
import {
  accept,
  availability,
  bump,
  cancel,
  finish,
  handOver,
  isUndoneWith,
  later,
  mode,
  recall,
  start,
  waste,
} from "./intents";
import type { BoardModel } from "./model";
import { orderOf } from "./panels";
import type { Order } from "./state";

describe("intents", () => {
  it("bump the lines that are not done, and then the order", () => {
    const half = order("o1", { status: "preparing", progress: [{ state: "done" }, { state: "started" }] });
    expect(bump(half).changes.map(({ path, body }) => [path, body])).toEqual([
      ["/v1/orders/o1/progress", { lines: [1], to: "done" }],
      ["/v1/orders/o1/status", { status: "ready" }],
    ]);
  });

  it("finish the whole order at the pass, and at a station its lines that are not done", () => {
    const lines = [line("biryani"), line("raita"), line("naan")];
    const progress: Order["progress"] = [{ state: "waiting" }, { state: "done" }, { state: "waiting" }];
    const items = itemsOf(
      { itemId: "biryani", recipe: [], stationId: "hot" },
      { itemId: "raita", recipe: [], stationId: "hot" },
      { itemId: "naan", recipe: [], stationId: "oven" },
    );
    const card = (station?: string) => cardMaker(items, station)(order("o1", { status: "preparing", lines, progress }));
    expect(finish(card(), undefined)).toEqual(bump(card().order));
    expect(finish(card("hot"), "hot").changes[0]?.body).toEqual({ lines: [0], to: "done", station: "hot" });
  });

  it("start only waiting lines, so that a late start reverts nothing, and recall done ones", () => {
    const items = itemsOf({ itemId: "biryani", recipe: [], stationId: "hot" });
    const card = cardMaker(items, "hot")(order("o1"));
    const body = { lines: [0], to: "started", station: "hot" };
    expect(start(card, "hot").changes[0]?.body).toEqual({ ...body, from: "waiting" });
    expect(recall(card, "hot").changes[0]?.body).toEqual(body);
  });

  it("accept with the promise as it is, or with minutes", () => {
    expect(accept(order("o1"), undefined).changes[0]?.body).toEqual({ status: "accepted" });
    expect(accept(order("o1"), 20).changes[0]?.body).toEqual({ status: "accepted", prepMinutes: 20 });
  });

  it("hand a pickup over to its customer, and a delivery to its courier", () => {
    expect(handOver(order("o1")).changes[0]?.body).toEqual({ status: "out_for_delivery" });
    expect(handOver(order("o1"), { code: "4821" }).changes[0]?.body).toEqual({
      status: "out_for_delivery",
      code: "4821",
    });
    expect(handOver(order("o1"), { override: "phone_broken" }).changes[0]?.body).toEqual({
      status: "out_for_delivery",
      override: "phone_broken",
    });
    expect(handOver(order("o1", { fulfilment: { type: "pickup" } })).changes[0]?.body).toEqual({ status: "delivered" });
  });

  it("cancel without a disposition unless one was chosen, and only what the cook has seen", () => {
    expect(cancel(order("o1"), "too_busy", undefined).changes[0]?.body).toEqual({
      status: "cancelled",
      reason: "too_busy",
      ifStatus: "accepted",
    });
    expect(cancel(order("o1"), "other", "waste", "ready").changes[0]?.body).toMatchObject({
      stock: "waste",
      ifStatus: "ready",
    });
  });

  it("cancel an order in its status after the taps that are not sent yet", () => {
    const placed = new Map([["o1", order("o1", { status: "placed" })]]);
    const orders = withPending(placed, [accept(order("o1"), undefined).intent]);
    const board = { orders: signal(orders), state: signal({ orders: placed, left: [] }) } as unknown as BoardModel;
    const shown = orderOf(board, "o1") ?? order("o2");
    expect(cancel(shown, "other", undefined).changes[0]?.body).toMatchObject({ ifStatus: "accepted" });
  });

  it("name no end and no delay of a kitchen that is online", () => {
    expect(mode("blr-01", { mode: "online", delayMinutes: 0 }).changes[0]?.body).toEqual({ mode: "online" });
    expect(mode("blr-01", { mode: "busy", delayMinutes: 10, until: "x" }).changes[0]?.body).toMatchObject({
      until: "x",
    });
    expect(availability("blr-01", "raita", "Raita", undefined).changes[0]?.body).toEqual({ available: true });
  });

  it("promise a later time, from now on if the promised one has passed", () => {
    const body = (now: string) => later(order("o1"), 5, Date.parse(now)).changes[0]?.body;
    expect(body(at(10))).toEqual({ readyAt: at(25), reason: "busy" });
    expect(body(at(40))).toEqual({ readyAt: at(45), reason: "busy" });
  });

  it("undo taking an item off together with the denial that caused it", () => {
    const denied = cancel(order("o1"), "out_of_stock", undefined).intent;
    const off = availability("blr-01", "raita", "Raita", at(60), order("o1")).intent;
    expect(isUndoneWith(off, denied)).toBe(true);
    expect(isUndoneWith(denied, off)).toBe(false);
    expect(isUndoneWith(availability("blr-01", "raita", "Raita", at(60)).intent, denied)).toBe(false);
    expect(isUndoneWith(off, cancel(order("o2"), "out_of_stock", undefined).intent)).toBe(false);
  });

  it("book the recipes of a cancelled order as waste, once", () => {
    const items = itemsOf(
      {
        itemId: "biryani",
        recipe: [
          { sku: "rice", quantity: 180 },
          { sku: "ghee", quantity: 5 },
        ],
      },
      { itemId: "ghee-extra", recipe: [{ sku: "ghee", quantity: 10 }] },
    );
    const modifiers = [{ itemId: "ghee-extra", name: "", quantity: 2, unitPrice: { amount: 0, currency: "INR" } }];
    const [change] = waste(order("o1", { lines: [line("biryani", 3, { modifiers })] }), items)?.changes ?? [];
    expect(change).toMatchObject({
      idempotencyKey: "cancelled-o1",
      body: {
        orderId: "o1",
        movements: [
          { sku: "rice", kind: "wasted", quantity: 540, reason: "cancelled_order" },
          { sku: "ghee", quantity: 75 },
        ],
      },
    });
    expect(waste(order("o1"), itemsOf())).toBeUndefined();
  });
});

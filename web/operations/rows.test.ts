import { describe, expect, it } from "vitest";
import { dueAt, levelOf, needMs } from "../board/cards";
import type { Order } from "../board/state";
import { attentionOf } from "./attention";
import { arranged, isLate, minuteMs, numbersOf, readyBy, rowsOf } from "./rows";
import type { Alert, Kitchen, KnownOrder, Operations } from "./state";

const now = Date.parse("2026-01-31T13:00:00Z");
const minutes = (count: number) => now + count * minuteMs;

const orderOf = (id: string, more: Partial<KnownOrder> = {}): KnownOrder => ({
  id,
  number: 1,
  kitchenId: "blr-01",
  status: "preparing",
  version: 3,
  placedAt: minutes(-10),
  isDelivery: true,
  promisedAt: minutes(10),
  awaitsRelease: false,
  ...more,
});

const kitchenOf = (id: string) =>
  ({ id, name: id, timeZone: "Asia/Kolkata", brands: ["house"], times: { prepMinutes: 20 } }) as unknown as Kitchen;

function stateOf(orders: readonly KnownOrder[], more: Partial<Operations> = {}): Operations {
  return {
    kitchens: new Map(["blr-01", "mum-01"].map((id) => [id, kitchenOf(id)])),
    states: new Map(),
    orders: new Map(orders.map((order) => [order.id, order])),
    alerts: new Map(),
    disabled: new Map(),
    items: [],
    ingredients: new Map(),
    isHistoryCut: false,
    ...more,
  };
}

const row = (...orders: readonly KnownOrder[]) => rowsOf(stateOf(orders), now).find(({ id }) => id === "blr-01");

describe("late", () => {
  it("is an order that is not ready by its promise, or not delivered in its range", () => {
    expect(isLate(orderOf("a", { promisedAt: minutes(-1) }), now)).toBe(true);
    expect(isLate(orderOf("a", { promisedAt: minutes(-1), status: "ready" }), now)).toBe(false);
    expect(isLate(orderOf("a", { deliverTo: minutes(-1), status: "out_for_delivery" }), now)).toBe(true);
    expect(isLate(orderOf("a", { deliverTo: minutes(-1), status: "delivered" }), now)).toBe(false);
  });

  it("is an order without a promise twenty minutes after it was placed, as on the board", () => {
    for (const [ago, late] of [
      [20, false],
      [21, true],
    ] as const) {
      const order = orderOf("a", { promisedAt: undefined, placedAt: minutes(-ago) });
      expect(isLate(order, now)).toBe(late);
      expect(readyBy(order)).toBe(dueAt({ placedAt: new Date(order.placedAt).toISOString() } as Order));
    }
    const ready = orderOf("a", { promisedAt: undefined, placedAt: minutes(-60), status: "ready" });
    expect(isLate(ready, now)).toBe(false);
  });
});

describe("the four numbers", () => {
  it("count open orders only", () => {
    const orders = [
      orderOf("late", { promisedAt: minutes(-5) }),
      orderOf("new", { status: "placed" }),
      orderOf("waits", { status: "ready" }),
      orderOf("pickup", { status: "ready", isDelivery: false }),
      orderOf("assigned", { status: "ready", courierId: "c-1" }),
      orderOf("done", { status: "delivered", deliverTo: minutes(-5) }),
    ];
    expect(numbersOf(stateOf(orders), now)).toEqual({ open: 5, late: 1, toAccept: 1, withoutCourier: 1 });
  });
});

describe("a kitchen's row", () => {
  it("turns amber before it turns red", () => {
    expect(row(orderOf("a", { promisedAt: minutes(10) }))?.lateGrade).toBe("good");
    expect(row(orderOf("a", { promisedAt: minutes(9) }))?.lateGrade).toBe("warn");
    expect(row(orderOf("a", { promisedAt: minutes(-1) }))?.lateGrade).toBe("bad");
  });

  it("is at risk when the kitchen's board says so: by what the kitchen needed, for the lines that are not done", () => {
    const made = (took: number, index: number) =>
      orderOf(`m${index}`, { status: "delivered", preparingAt: minutes(-5 - took), readyAt: minutes(-5) });
    const slow = [22, 20, 24, 21, 23].map(made);
    const soonAt = (left: number, undone: number) =>
      row(...slow, orderOf("a", { promisedAt: minutes(left), undone }))?.lateGrade;
    const board = (left: number, undone: number) => {
      const lines = Array.from({ length: 4 }, (_, index) => ({ state: index < undone * 4 ? "waiting" : "done" }));
      const promise = { readyAt: new Date(minutes(left)).toISOString() };
      const need = needMs({ prepareSeconds: 22 * 60 });
      const level = levelOf({ promise, lines, progress: lines } as unknown as Order, now, need);
      return { calm: "good", soon: "warn", late: "bad" }[level];
    };
    for (const left of [23, 22, 21, 12, 11, 10, 3, 2, 1, -1]) {
      for (const undone of [0, 0.5, 1]) expect(soonAt(left, undone), `${left}, ${undone}`).toBe(board(left, undone));
    }
    expect(soonAt(21, 1)).toBe("warn");
    expect(soonAt(21, 0.5)).toBe("good");
  });

  it("says when its mode ends", () => {
    const mode = { mode: "paused" as const, delayMinutes: 0, until: "2026-01-31T14:00:00Z" };
    const state = stateOf([], { states: new Map([["blr-01", { mode, modeAsOf: "1", itemsOff: 0 }]]) });
    expect(rowsOf(state, now).find(({ id }) => id === "blr-01")?.modeUntil).toBe(minutes(60));
    expect(attentionOf(state, now)[0]).toMatchObject({ kind: "paused", until: minutes(60) });
  });

  it("does not count the wait of an order before its release", () => {
    const later = orderOf("later", { placedAt: minutes(-600), awaitsRelease: true });
    expect(row(later, orderOf("a"))?.oldestMinutes).toBe(10);
    expect(row(later)?.oldestMinutes).toBeUndefined();
    const released = orderOf("r", { placedAt: minutes(-900), releasedAt: minutes(-4) });
    expect([row(released), row(released, orderOf("a"))].map((one) => one?.oldestMinutes)).toEqual([4, 10]);
  });

  it("compares the p90 preparation time of the last hour with the promise", () => {
    const made = (id: string, took: number, ago: number) =>
      orderOf(id, { status: "delivered", preparingAt: minutes(-ago - took), readyAt: minutes(-ago) });
    const quick = Array.from({ length: 9 }, (_, index) => made(`q${index}`, 15, 10));
    expect(row(...quick, made("slow", 50, 10))).toMatchObject({ prepareP90Minutes: 15, prepareGrade: "good" });
    expect(row(...quick, made("s1", 50, 10), made("s2", 40, 10))).toMatchObject({
      prepareP90Minutes: 40,
      prepareGrade: "bad",
    });
    expect(row(made("old", 50, 61))?.prepareP90Minutes).toBeUndefined();
    expect(row(made("near", 17, 1))?.prepareGrade).toBe("warn");
  });

  it("compares preparation times with the promises of the same orders", () => {
    const made = (id: string, promised: number | undefined, more: Partial<KnownOrder> = {}) =>
      orderOf(id, {
        status: "delivered",
        placedAt: minutes(-50),
        promisedAt: promised && minutes(-50 + promised),
        preparingAt: minutes(-40),
        readyAt: minutes(-10),
        ...more,
      });
    expect(row(made("a", 40))).toMatchObject({ promiseMinutes: 40, prepareP90Minutes: 30, prepareGrade: "good" });
    expect(row(made("a", 40), made("b", 25), made("c", 25))).toMatchObject({ promiseMinutes: 25, prepareGrade: "bad" });
    const scheduled = made("s", 40, { placedAt: minutes(-900), releasedAt: minutes(-45) });
    expect(row(scheduled)?.promiseMinutes).toBe(35);
    expect(row(made("none", undefined))).toMatchObject({ promiseMinutes: 20, prepareGrade: "bad" });
    const withoutTimes = { ...kitchenOf("blr-01"), times: {} } as Kitchen;
    const state = stateOf([made("a", 25)], { kitchens: new Map([["blr-01", withoutTimes]]) });
    expect(rowsOf(state, now)[0]).toMatchObject({ promiseMinutes: 25, prepareGrade: "bad" });
  });

  it("does not take a tap on ready for a preparation of a second", () => {
    const made = (id: string, tookMs: number) =>
      orderOf(id, { status: "delivered", preparingAt: minutes(-5) - tookMs, readyAt: minutes(-5) });
    const tapped = Array.from({ length: 20 }, (_, index) => made(`t${index}`, 40));
    expect(row(...tapped)?.prepareP90Minutes).toBeUndefined();
    expect(row(...tapped, made("cooked", 25 * minuteMs))).toMatchObject({ prepareP90Minutes: 25, prepareGrade: "bad" });
  });

  it("counts orders in fives of minutes, the latest last", () => {
    const spark = row(
      orderOf("now", { placedAt: now }),
      orderOf("a", { placedAt: minutes(-4) }),
      orderOf("b", { placedAt: minutes(-5), status: "cancelled" }),
      orderOf("hour", { placedAt: minutes(-60) }),
    )?.spark;
    expect(spark).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
  });

  it("is above those of kitchens that do better", () => {
    const orders = [orderOf("a"), orderOf("b", { kitchenId: "mum-01", promisedAt: minutes(-1) })];
    expect(rowsOf(stateOf(orders), now).map(({ id }) => id)).toEqual(["mum-01", "blr-01"]);
  });
});

describe("an arrangement", () => {
  it("stays while the figures change, with new kitchens at the end", () => {
    const rows = rowsOf(stateOf([]), now);
    expect(arranged(rows, ["mum-01", "blr-01"], ({ id }) => id).map(({ id }) => id)).toEqual(["mum-01", "blr-01"]);
    expect(arranged(rows, ["mum-01"], ({ id }) => id).map(({ id }) => id)).toEqual(["mum-01", "blr-01"]);
  });
});

describe("needs attention", () => {
  const kinds = (state: Operations) => attentionOf(state, now).map(({ kind }) => kind);

  it("is empty while all goes well", () => {
    expect(attentionOf(stateOf([orderOf("a")]), now)).toEqual([]);
  });

  it("names the late orders of a kitchen once, by the worst", () => {
    const late = [3, 14, 7].map((by) => orderOf(`o${by}`, { number: by, promisedAt: minutes(-by) }));
    const [one, ...others] = attentionOf(stateOf(late), now);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ kind: "late", minutes: 14, count: 3, order: { number: 14 } });
  });

  it("counts a minute of delay that has begun, as the kitchen's board does", () => {
    const [one] = attentionOf(stateOf([orderOf("o1", { promisedAt: minutes(-7) - 1_000 })]), now);
    expect(one).toMatchObject({ kind: "late", minutes: 8 });
  });

  it("puts what can still be saved first", () => {
    const orders = [
      orderOf("late", { promisedAt: minutes(-90) }),
      orderOf("soon", { status: "placed", acceptBy: minutes(1) }),
      orderOf("later", { status: "placed", acceptBy: minutes(3.5) }),
      orderOf("calm", { status: "placed", acceptBy: minutes(9) }),
    ];
    const list = attentionOf(stateOf(orders), now);
    expect(list.map(({ key }) => key)).toEqual(["accept/soon", "late/blr-01", "accept/later", "accept/blr-01"]);
    expect(list[0]).toMatchObject({ secondsLeft: 60, grade: "bad" });
  });

  it("lists the orders to accept, grouping those with time left by kitchen under the first", () => {
    const waits = (id: string, left: number, more: Partial<KnownOrder> = {}) =>
      orderOf(id, { status: "placed", acceptBy: minutes(left), ...more });
    const orders = [...[9, 7, 8].map((left) => waits(`o${left}`, left)), waits("other", 600, { kitchenId: "mum-01" })];
    const list = attentionOf(stateOf(orders), now);
    expect(list).toMatchObject([
      { key: "accept/blr-01", grade: "warn", order: { id: "o7" }, count: 3, secondsLeft: 420 },
      { key: "accept/mum-01", grade: "warn", order: { id: "other" }, count: 1, secondsLeft: 36_000 },
    ]);
  });

  it("asks for a decision about a failed delivery, before what is late anyway", () => {
    const failed = orderOf("failed", { status: "out_for_delivery", decideBy: minutes(12) });
    const list = attentionOf(stateOf([orderOf("late", { promisedAt: minutes(-90) }), failed]), now);
    expect(list.map(({ kind }) => kind)).toEqual(["decide", "late"]);
    expect(list[0]).toMatchObject({ minutes: 12 });
  });

  it("gives a courier five minutes", () => {
    const ready = (ago: number) => orderOf("a", { status: "ready", readyAt: minutes(-ago) });
    expect(kinds(stateOf([ready(4)]))).toEqual([]);
    expect(attentionOf(stateOf([ready(5)]), now)[0]).toMatchObject({ kind: "courier", minutes: 5, grade: "warn" });
    expect(attentionOf(stateOf([ready(10)]), now)[0]?.grade).toBe("bad");
  });

  it("names the items of the kitchen that need an ingredient that is out", () => {
    const alert = (state: "out" | "low"): Alert => ({ kitchenId: "blr-01", sku: "rice", state, since: now });
    const item = (name: string, brandId: string, kind: "item" | "modifier" = "item") => {
      const price = { amount: 1, currency: "INR" };
      return { name, brandId, kind, price, taxBasisPoints: 0, recipe: [{ sku: "rice", quantity: 1 }] };
    };
    const items = [item("Biryani", "house"), item("Pulao", "other"), item("Extra", "house", "modifier")];
    const more = { items, ingredients: new Map([["rice", "Basmati rice"]]) };
    expect(attentionOf(stateOf([], { ...more, alerts: new Map([["x", alert("out")]]) }), now)).toMatchObject([
      { kind: "out", name: "Basmati rice", kills: ["Biryani"] },
    ]);
    expect(kinds(stateOf([], { ...more, alerts: new Map([["x", alert("low")]]) }))).toEqual([]);
  });

  it("includes paused kitchens and webhooks that are off", () => {
    const paused = {
      mode: { mode: "paused" as const, delayMinutes: 0, reason: "not_answering" },
      modeAsOf: "1",
      itemsOff: 0,
    };
    const disabled = new Map([["w", { id: "w", host: "example.com" }]]);
    const state = stateOf([], { states: new Map([["mum-01", paused]]), disabled });
    expect(attentionOf(state, now)).toMatchObject([
      { kind: "paused", kitchenId: "mum-01", reason: "not_answering" },
      { kind: "webhook", host: "example.com" },
    ]);
  });
});

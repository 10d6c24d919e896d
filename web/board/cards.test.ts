import { describe, expect, it } from "vitest";
import {
  bumpedOf,
  byDue,
  cardMaker,
  cardsOf,
  ingredientCounts,
  isFar,
  isStartable,
  isUnknown,
  itemCounts,
  levelOf,
  mayBeOut,
  needMs,
  numbersOf,
  readyOf,
  type Station,
  scheduledOf,
  stationsOf,
  timeLeft,
  timeLeftShare,
  withPending,
} from "./cards";
import { at, board, itemsOf, line, noon, order } from "./examples";
import { emptyBoard, type Order, replace } from "./state";

const minute = 60_000;
const items = itemsOf(
  { itemId: "biryani", recipe: [{ sku: "rice", quantity: 180 }], stationId: "rice" },
  { itemId: "raita", recipe: [{ sku: "curd", quantity: 80 }], stationId: "cold" },
  { itemId: "extra-raita", recipe: [{ sku: "curd", quantity: 40 }] },
);
const map = (...orders: readonly Order[]) => new Map(orders.map((one) => [one.id, one]));
const cards = (station: Station, ...orders: readonly Order[]) =>
  cardsOf(map(...orders), station, cardMaker(items, station));
const done = { state: "done" as const };
const waiting = { state: "waiting" as const };

describe("cards", () => {
  it("come by promise, then by age", () => {
    const late = order("o1", { promise: { readyAt: at(30), first: at(30), moved: 0 } });
    const old = order("o2", { placedAt: at(-5) });
    expect(cards(undefined, late, order("o3"), old).map((card) => card.order.id)).toEqual(["o2", "o3", "o1"]);
    expect(byDue(order("o1"), order("o2"))).toBeLessThan(0);
  });

  it("are the orders to accept and to cook, not those that are ready or not released", () => {
    const scheduled = order("o5", { schedule: { for: at(90), releaseAt: at(60) } });
    const all = [
      order("o1", { status: "placed" }),
      order("o2"),
      order("o3", { status: "ready" }),
      order("o4", { status: "cancelled" }),
      scheduled,
    ];
    expect(cards(undefined, ...all).map((card) => card.order.id)).toEqual(["o1", "o2", "o4"]);
    expect(readyOf(map(...all)).map((one) => one.id)).toEqual(["o3"]);
    expect(scheduledOf(map(...all)).map((one) => one.id)).toEqual(["o5"]);
  });

  it("ask to accept a scheduled order now, and to cook it later", () => {
    const placed = order("o1", { status: "placed", schedule: { for: at(90), releaseAt: at(60) } });
    expect(cards(undefined, placed)).toHaveLength(1);
  });

  it("merge lines that are made alike, and no others", () => {
    const modifiers = [
      { itemId: "extra-raita", name: "Extra raita", quantity: 1, unitPrice: { amount: 0, currency: "INR" } },
    ];
    const lines = [
      line("biryani", 2),
      line("raita"),
      line("biryani", 1),
      line("biryani", 1, { note: "hot" }),
      line("biryani", 1, { modifiers }),
    ];
    const [card] = cards(undefined, order("o1", { lines, progress: [done, waiting, waiting, waiting, waiting] }));
    expect(card?.lines.map((one) => [one.indices, one.quantity, one.state])).toEqual([
      [[0, 2], 3, "started"],
      [[1], 1, "waiting"],
      [[3], 1, "waiting"],
      [[4], 1, "waiting"],
    ]);
  });

  it("mark modifiers that leave something out", () => {
    const modifiers = ["No onion", "Extra raita", "Nougat"].map((name) => ({
      itemId: name,
      name,
      quantity: 1,
      unitPrice: { amount: 0, currency: "INR" },
    }));
    const [card] = cards(undefined, order("o1", { lines: [line("biryani", 1, { modifiers })] }));
    expect(card?.lines[0]?.modifiers.map((one) => one.isRemoval)).toEqual([true, false, false]);
  });

  it("are the same objects as long as their orders are", () => {
    const make = cardMaker(items, undefined);
    const one = order("o1");
    expect(make(one)).toBe(make(one));
  });
});

describe("a station", () => {
  it("sees its lines only, and where else the order is made", () => {
    const [card] = cards("cold", order("o1"));
    expect(card?.lines.map((one) => one.itemId)).toEqual(["raita"]);
    expect(card?.alsoAt).toEqual(["rice"]);
  });

  it("loses the card when its lines are done; the pass keeps it", () => {
    const half = order("o1", { status: "preparing", progress: [waiting, done] });
    expect(cards("cold", half)).toEqual([]);
    expect(cards("rice", half)).toHaveLength(1);
    expect(cards(undefined, half)).toHaveLength(1);
  });

  it("does not accept orders, and hears of the cancelled ones that it makes", () => {
    expect(cards("cold", order("o1", { status: "placed" }))).toEqual([]);
    const cancelled = order("o1", { status: "cancelled", progress: [done, done] });
    expect(cards("cold", cancelled)).toHaveLength(1);
    expect(cards("tandoor", cancelled)).toEqual([]);
    const denied = order("o1", { status: "cancelled", timeline: order("o1").timeline.slice(0, 1) });
    expect([cards("cold", denied), cards(undefined, denied)]).toMatchObject([[], [{}]]);
  });
});

describe("recall", () => {
  it("lists what was bumped, newest first; at a station its lines can be set back", () => {
    const ready = order("o1", {
      status: "ready",
      timeline: [{ status: "ready", at: at(3), by: "kitchen", implied: false }],
    });
    const half = order("o2", { status: "preparing", progress: [waiting, done], updatedAt: at(4) });
    const gone = order("o3", { status: "delivered", updatedAt: at(2) });
    const list = (station: Station) => bumpedOf(map(ready, half), [gone], station, cardMaker(items, station));
    expect(list("cold").map(({ order, isRecallable }) => [order.id, isRecallable])).toEqual([
      ["o2", true],
      ["o1", false],
      ["o3", false],
    ]);
    expect(list("rice").map(({ order }) => order.id)).toEqual(["o1", "o3"]);
  });
});

describe("pending taps", () => {
  const ids = { orderId: "o1", number: 1 };

  it("show their effect before they are sent", () => {
    const lines = withPending(map(order("o1")), [{ kind: "progress", ...ids, lines: [1], to: "done" }]).get("o1");
    expect(lines).toMatchObject({ status: "preparing", progress: [waiting, done] });
    expect(withPending(map(order("o1")), [{ kind: "bump", ...ids }]).get("o1")?.status).toBe("ready");
    expect(withPending(map(order("o1")), [{ kind: "cancel", ...ids }]).size).toBe(0);
  });

  it("do not bring a cancelled order back", () => {
    const cancelled = map(order("o1", { status: "cancelled" }));
    expect(withPending(cancelled, [{ kind: "bump", ...ids }]).get("o1")?.status).toBe("cancelled");
  });

  it("are not copied when there are none", () => {
    const orders = map(order("o1"));
    expect(withPending(orders, [])).toBe(orders);
  });
});

describe("haste", () => {
  const need = 10 * minute;

  it("is calm, hurried when less is left than the order needs, and late past the promise", () => {
    const levels = [5, 10, 11, 20, 21].map((minutes) => levelOf(order("o1"), noon + minutes * minute, need));
    expect(levels).toEqual(["calm", "calm", "soon", "soon", "late"]);
  });

  it("needs less when lines are done", () => {
    const half = order("o1", { status: "preparing", progress: [done, waiting] });
    expect(levelOf(half, noon + 14 * minute, need)).toBe("calm");
    expect(levelOf(half, noon + 16 * minute, need)).toBe("soon");
  });

  it("is measured by what the kitchen's last orders took, once there are some", () => {
    const known = replace(emptyBoard, board([], { prepareSeconds: 240 }));
    expect(needMs(known)).toBe(4 * minute);
    expect(needMs(replace(known, board([])))).toBe(10 * minute);
  });

  it("counts the minutes down and then up", () => {
    const shown = [0, 19.5, 20, 20.1, 23].map((minutes) => timeLeft(noon + 20 * minute, noon + minutes * minute));
    expect(shown).toEqual(["20", "0", "0", "+1", "+3"]);
  });

  it("is in hours from two on: a scheduled order of tomorrow is not 662 minutes away", () => {
    const shown = [119, 120, 662].map((minutes) => [
      timeLeft(noon + minutes * minute, noon),
      isFar(noon + minutes * minute, noon),
    ]);
    expect(shown).toEqual([
      ["119", false],
      ["2", true],
      ["11", true],
    ]);
  });

  it("shows the share of the time that is left", () => {
    expect([0, 5, 20, 30].map((minutes) => timeLeftShare(order("o1"), noon + minutes * minute))).toEqual([
      1, 0.75, 0, 0,
    ]);
  });
});

describe("counts", () => {
  const price = { amount: 0, currency: "INR" };
  const withRaita = line("biryani", 3, {
    modifiers: [{ itemId: "extra-raita", name: "Extra raita", quantity: 2, unitPrice: price }],
  });
  const open = cards(
    undefined,
    order("o1", { progress: [waiting, done], status: "preparing" }),
    order("o2", { lines: [withRaita, line("raita")] }),
    order("o3", { status: "cancelled" }),
  );

  it("sum what is not done over all cards", () => {
    expect(itemCounts(open).map(({ id, quantity }) => [id, quantity])).toEqual([
      ["biryani", 5],
      ["raita", 1],
    ]);
  });

  it("sum the ingredients of these lines, with those of modifiers", () => {
    const counts = Object.fromEntries(ingredientCounts(open, items).map(({ id, quantity }) => [id, quantity]));
    expect(counts).toEqual({ rice: 5 * 180, curd: 3 * 2 * 40 + 80 });
  });

  it("leave out the part of a merged line that is done", () => {
    const lines = [line("biryani", 2), line("biryani", 1)];
    const half = cards(undefined, order("o1", { lines, progress: [done, waiting], status: "preparing" }));
    expect(itemCounts(half).map(({ id, quantity }) => [id, quantity])).toEqual([["biryani", 1]]);
  });

  it("leave out an order of tomorrow that is to be accepted today", () => {
    const schedule = { for: at(1_500), releaseAt: at(1_460) };
    const promise = { readyAt: at(1_500), first: at(1_500), moved: 0 };
    const waits = cards(undefined, order("o1", { status: "placed", placedAt: at(-60), schedule, promise }));
    expect(waits).toHaveLength(1);
    expect([itemCounts(waits), ingredientCounts(waits, items)]).toEqual([[], []]);
    expect(numbersOf(waits, noon)).toEqual({ open: 0, late: 0, toAccept: 1, oldestMinutes: undefined });
    const [released] = waits.map(({ order }) => ({ ...order, schedule: { ...schedule, releasedAt: at(1_460) } }));
    expect(numbersOf(cards(undefined, ...(released ? [released] : [])), noon)).toMatchObject({ open: 1, toAccept: 1 });
  });

  it("are what the head shows", () => {
    expect(numbersOf(open, noon + 21 * minute)).toEqual({ open: 2, late: 2, toAccept: 0, oldestMinutes: 21 });
    expect(numbersOf([], noon)).toEqual({ open: 0, late: 0, toAccept: 0, oldestMinutes: undefined });
  });
});

describe("a scheduled order that was placed the evening before", () => {
  it("is as old as its release", () => {
    const schedule = { for: at(30), releaseAt: at(-10), releasedAt: at(-10) };
    const late = cards(undefined, order("o1", { placedAt: at(-900), schedule }));
    expect(numbersOf(late, noon).oldestMinutes).toBe(10);
    expect(late.map(({ order }) => timeLeftShare(order, noon))).toEqual([20 / 30]);
  });
});

describe("what an order may be denied for", () => {
  it("is each of its items and extras, and not what is left out", () => {
    const extra = (itemId: string, name: string) => ({
      itemId,
      name,
      quantity: 1,
      unitPrice: { amount: 0, currency: "INR" },
    });
    const modifiers = [extra("extra-raita", "Extra raita"), extra("no-onion", "No onion")];
    const lines = [line("biryani", 1, { modifiers }), line("biryani"), line("raita")];
    expect([...mayBeOut(order("o1", { lines }))]).toEqual([
      ["biryani", "biryani"],
      ["extra-raita", "Extra raita"],
      ["raita", "raita"],
    ]);
  });
});

describe("the stations of a kitchen", () => {
  it("are those of its items, and others are unknown once there are items", () => {
    expect(stationsOf(items)).toEqual(["cold", "rice"]);
    expect([undefined, "rice", "tandor"].map((one) => isUnknown(one, items))).toEqual([false, false, true]);
    expect(isUnknown("rice", itemsOf())).toBe(false);
  });
});

describe("the start of an order", () => {
  it("is offered until it is being made, at a station until it has", () => {
    const startable = (station: Station, more: Partial<Order>) =>
      isStartable(cardMaker(items, station)(order("o1", more)), station);
    expect(startable(undefined, {})).toBe(true);
    expect(startable(undefined, { status: "preparing" })).toBe(false);
    const progress: Order["progress"] = [{ state: "started" }, { state: "waiting" }];
    expect(startable("rice", { status: "preparing", progress })).toBe(false);
    expect(startable("cold", { status: "preparing", progress })).toBe(true);
  });
});

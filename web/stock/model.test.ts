import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Api, type Change, Refused, Unreachable } from "../lib/api";
import type { ServerClock } from "../lib/clock";
import { stubStorage } from "../lib/stubs";
import { createStockModel, type StockModel } from "./model";
import { takeBack } from "./refused";

const level = { sku: "rice", name: "Rice", unit: "g", onHand: 500, threshold: 0, state: "ok", since: "", onShelf: 700 };
const dish = { itemId: "pulao", brandId: "b", name: "Pulao", available: true, modifiers: [], portions: 3 };
const answers: Record<string, unknown> = {
  "/v1/kitchens/blr-01": { id: "blr-01", name: "Indiranagar", timeZone: "Asia/Kolkata" },
  "/v1/kitchens/blr-01/stock?limit=200": { data: [level], nextCursor: null },
  "/v1/kitchens/blr-01/menu": { kitchenId: "blr-01", mode: { mode: "online" }, data: [dish] },
  "/v1/items?limit=200": { data: [{ id: "pulao", recipe: [{ sku: "rice", quantity: 150 }] }], nextCursor: null },
  "/v1/ingredients?limit=200": { data: [{ sku: "rice", name: "Rice", unit: "g", pack: { quantity: 25_000 } }] },
};

describe("the stock screen", () => {
  let sent: Change[];
  let failures: Error[];
  let opened: StockModel[];

  function open(isManager = true): StockModel {
    const api: Api = {
      get: (path) => (path in answers ? (Promise.resolve(answers[path]) as never) : Promise.reject(new Error(path))),
      send: (change) => {
        sent.push(change);
        const failure = failures.shift();
        return failure ? Promise.reject(failure) : (Promise.resolve({ data: [{ ...level, onHand: 900 }] }) as never);
      },
    };
    const model = createStockModel(api, { now: () => 0 } as ServerClock, "blr-01", isManager, () => {});
    opened.push(model);
    return model;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    [sent, failures, opened] = [[], [], []];
    stubStorage();
    vi.stubGlobal("window", new EventTarget());
    vi.stubGlobal("navigator", { onLine: true, language: "en" });
  });

  afterEach(() => {
    for (const model of opened) model.outbox.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const refusal = new Refused({ status: 409, code: "not_enough_stock", title: "Not enough stock" });
  const minute = () => vi.advanceTimersByTimeAsync(60_000);

  it("sends a movement again under the same key until there is an answer", async () => {
    const model = open();
    await model.load();
    failures.push(new Unreachable("no response"));
    model.book([{ sku: "rice", kind: "received", quantity: 400 }], { done: "Booked" });
    await minute();
    expect(sent).toHaveLength(2);
    expect(sent[0]?.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
    expect(sent[1]).toEqual(sent[0]);
    expect(model.outbox.entries.value).toEqual([]);
    expect(model.bySku.value.get("rice")).toMatchObject({ onHand: 900 });
  });

  it("restores the input that the server refuses", async () => {
    const model = open();
    const receipt = [{ sku: "rice", packs: 2, packSize: 100 }];
    const count = { lines: { rice: { quantity: 1, seen: 2 } } };
    failures.push(refusal, refusal);
    model.book([], { done: "Booked", receipt });
    model.book([], { done: "Committed", count });
    await minute();
    expect(model.receipt.value).toEqual(receipt);
    expect(model.count.value).toEqual(count);
    expect(model.notices.shown.value).toMatchObject({ kind: "bad", text: "Not enough stock" });
  });

  it("does not restore refused input over newer input", async () => {
    const model = open();
    const begun = { lines: { salt: { quantity: 5, seen: 5 } } };
    failures.push(refusal);
    model.book([], { done: "Committed", count: { lines: { rice: { quantity: 1, seen: 2 } } } });
    model.setCount(begun);
    await minute();
    expect(model.count.value).toEqual(begun);
  });

  it("compares a line that is counted without a connection once the stock is read again", async () => {
    const model = open();
    await model.load();
    model.setLine(level as never, 690);
    expect(model.count.value.lines.rice?.seen).toBeUndefined();
    await model.load();
    expect(model.count.value.lines.rice?.seen).toBe(700);
  });

  it("holds a line while an event says that the level may have changed, and until its own waste is sent", async () => {
    const model = open();
    await model.load();
    model.follow("live");
    model.setLine(level as never, 690);
    expect(model.count.value.lines.rice?.seen).toBe(700);
    model.discardCount();
    model.changed();
    model.setLine(level as never, 690);
    expect(model.count.value.lines.rice?.seen).toBeUndefined();
    failures.push(...Array.from({ length: 50 }, () => new Unreachable("no response")));
    model.book([{ sku: "rice", kind: "wasted", quantity: 10 }], { done: "Recorded" });
    await minute();
    expect(model.count.value.lines.rice?.seen).toBeUndefined();
    failures = [];
    await minute();
    await minute();
    expect(model.count.value.lines.rice?.seen).toBe(700);
  });

  it("trusts the levels after a break only once they are read", async () => {
    const model = open();
    await model.load();
    model.follow("live");
    model.follow("doubtful");
    model.follow("live");
    model.setLine(level as never, 690);
    expect(model.count.value.lines.rice?.seen).toBeUndefined();
    await minute();
    expect(model.count.value.lines.rice?.seen).toBe(700);
  });

  it("compares a line that is counted between the first read of the levels and the start of the stream", async () => {
    const model = open();
    await model.load();
    model.setLine(level as never, 690);
    expect(model.count.value.lines.rice?.seen).toBeUndefined();
    model.follow("live");
    await minute();
    expect(model.count.value.lines.rice?.seen).toBe(700);
  });

  it("lists refused input if there is newer input, to be reopened or dismissed", async () => {
    const model = open();
    await model.load();
    const [rice, salt] = ["rice", "salt"].map((sku) => ({ sku, packs: 2, packSize: 100 })) as [never, never];
    const waste = { sku: "rice", what: "10 g Rice" };
    failures.push(refusal, refusal);
    model.book([], { done: "Booked", receipt: [rice], note: "4711" });
    model.book([], { done: "Recorded", waste });
    model.receipt.value = [salt];
    await minute();
    expect(model.receipt.value).toEqual([salt]);
    expect(model.refused.value.map(({ title }) => title)).toEqual(["Not enough stock", "Not enough stock"]);
    expect(model.notices.shown.value?.detail).toContain("10 g Rice");
    const [delivery, thrown] = open().refused.value;
    if (!delivery || !thrown) throw new Error("not stored");
    model.reopen(delivery);
    expect(model.receipt.value).toEqual([salt, rice]);
    expect([model.note.value, model.tab.value]).toEqual(["4711", "receive"]);
    model.reopen(thrown);
    expect([model.tab.value, model.chosen.value]).toEqual(["waste", "rice"]);
    expect(model.refused.value).toEqual([]);
  });

  it("shows a delivery that a proxy never lets through as stuck, and can reopen it", async () => {
    const model = open();
    await model.load();
    const rice = { sku: "rice", packs: 2, packSize: 100 } as never;
    failures.push(
      ...Array.from({ length: 99 }, () => new Refused({ status: 403, code: "unknown", title: "HTTP 403" })),
    );
    model.book([], { done: "Booked", receipt: [rice] });
    await minute();
    await minute();
    const [stuck] = model.outbox.stuck.value;
    expect(stuck?.problem).toBe("HTTP 403");
    if (stuck) takeBack(model, stuck.entry);
    expect([model.receipt.value, model.tab.value]).toEqual([[rice], "receive"]);
    expect(model.notices.shown.value?.text).toContain("may have booked it");
    expect([model.outbox.entries.value, model.outbox.stuck.value]).toEqual([[], []]);
  });

  it("keeps the refused line of an ingredient that was begun again", () => {
    const model = open();
    const lines = { rice: { quantity: 1, seen: 2 }, salt: { quantity: 3, seen: 4 } };
    const entry = { id: "1", title: "", detail: "", intent: { done: "", count: { lines } } };
    model.setCount({ lines: { rice: { quantity: 5, seen: 5 } } });
    model.reopen(entry);
    expect(model.count.value.lines).toEqual({ rice: { quantity: 5, seen: 5 }, salt: lines.salt });
    expect(model.refused.value[0]?.intent.count?.lines).toEqual({ rice: lines.rice });
  });

  it("keeps a delivery for the next time the page is opened", () => {
    const model = open();
    model.receipt.value = [{ sku: "rice", packs: 2, packSize: 100 }];
    model.note.value = "4711";
    expect(open().receipt.value).toEqual(model.receipt.value);
    expect(open().note.value).toBe("4711");
  });

  it("says in the ledger's place that it could not be read, and keeps the rest of the screen", async () => {
    const model = open();
    await model.load();
    await model.readLedger("none");
    expect(model.ledgerFailure.value).toBeInstanceOf(Error);
    expect(model.failure.value).toBeUndefined();
    model.open("receive");
    expect(model.ledgerFailure.value).toBeUndefined();
  });

  it("keeps an item off while that is not sent, also when the levels are read again", async () => {
    const model = open();
    await model.load();
    failures.push(...Array.from({ length: 50 }, () => new Unreachable("no response")));
    model.setAvailable("pulao", false, "off", "2026-01-31T14:00:00Z");
    await model.refresh();
    expect(model.stock.value?.dishes[0]).toMatchObject({ available: false, until: "2026-01-31T14:00:00Z" });
  });

  describe("in two tabs", () => {
    const names = { receipt: "tiffin.stock.receipt.blr-01", count: "tiffin.stock.count.blr-01" };
    const hear = (key: string) =>
      window.dispatchEvent(Object.assign(new Event("storage"), { key, newValue: localStorage.getItem(key) }));
    const line = { sku: "rice", packs: 2, packSize: 100 };
    const count = { lines: { rice: { quantity: 1, seen: 2 } } };

    it("books a delivery and a count under one key, also from a tab that slept", async () => {
      const first = open();
      first.receipt.value = [line];
      first.setCount(count);
      const second = open();
      for (const tab of [first, second]) {
        tab.bookReceipt();
        tab.commitCount();
        await minute();
        // Only one tab sends.
        if (tab === first) tab.outbox.stop();
        await minute();
      }
      expect(sent.map(({ body }) => body)).toEqual([sent[0]?.body, sent[1]?.body, sent[0]?.body, sent[1]?.body]);
      const keys = sent.map(({ idempotencyKey }) => idempotencyKey);
      expect(keys).toEqual([keys[0], keys[1], keys[0], keys[1]]);
      expect(new Set(keys).size).toBe(2);
      second.receipt.value = [line];
      second.bookReceipt();
      await minute();
      expect(keys).not.toContain(sent[4]?.idempotencyKey);
    });

    it("shows what is typed in the other one, and nothing once that has booked it", () => {
      const [first, second] = [open(), open()];
      first.receipt.value = [line];
      first.note.value = "4711";
      first.setCount(count);
      for (const name of Object.values(names)) hear(name);
      expect([second.receipt.value, second.note.value, second.count.value]).toEqual([[line], "4711", count]);
      first.bookReceipt();
      first.commitCount();
      for (const name of Object.values(names)) hear(name);
      expect([second.receipt.value, second.note.value, second.count.value.lines]).toEqual([[], "", {}]);
    });
  });

  it("commits a long count in slices that the API takes, and gives back only the one that is refused", async () => {
    const model = open();
    const all = Array.from({ length: 1_001 }, (_, index) => [`s${index}`, { quantity: 1, seen: 2 }]);
    model.setCount({ lines: Object.fromEntries(all) });
    failures.push(new Unreachable("no response"));
    model.commitCount();
    await minute();
    const [again, ...slices] = sent;
    expect(slices[0]).toEqual(again);
    const lengths = slices.map(({ body }) => (body as { movements: unknown[] }).movements.length);
    expect(lengths).toEqual([500, 500, 1]);
    expect(new Set(slices.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
    expect(model.count.value.lines).toEqual({});
    model.setCount({ lines: Object.fromEntries(all) });
    model.commitCount();
    failures.push(new Unreachable("no response"), refusal);
    await minute();
    expect(Object.keys(model.count.value.lines)).toHaveLength(500);
  });

  it("keeps a count for the next time the page is opened", () => {
    const count = { lines: { rice: { quantity: 1, seen: 2 } } };
    open().setCount(count);
    expect(open().count.value).toEqual(count);
  });

  it("does not open a tab for managers to a cook", () => {
    const model = open(false);
    model.open("count");
    expect(model.tab.value).toBe("now");
    model.open("waste");
    expect(model.tab.value).toBe("waste");
  });

  it("continues a ledger only when older movements are asked for", async () => {
    const model = open();
    const movements = "/v1/kitchens/blr-01/stock/rice/movements?limit=50";
    answers[movements] = { data: [{ position: 2 }], nextCursor: "c" };
    answers[`${movements}&cursor=c`] = { data: [{ position: 1 }], nextCursor: null };
    const shown = () => model.ledger.value?.entries.map(({ position }) => position);
    await model.readLedger("rice");
    await model.readLedger("rice", true);
    expect(shown()).toEqual([2, 1]);
    await model.readLedger("rice");
    expect(shown()).toEqual([2]);
  });

  it("starts a line of a delivery from an address with an ingredient", async () => {
    const model = open();
    model.open("receive", "rice");
    await model.load();
    expect(model.receipt.value).toEqual([{ sku: "rice", packs: 0, packSize: 25_000 }]);
    model.addLine("rice");
    expect(model.receipt.value).toHaveLength(1);
  });
});

import { effect, signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Api, Refused } from "../lib/api";
import type { ServerClock } from "../lib/clock";
import type { LiveEvent } from "../lib/live";
import { createOperationsModel } from "./model";

const noApi: Api = {
  get: () => Promise.reject(new Error("not used")),
  send: () => Promise.reject(new Error("not used")),
};

function placed(id: string): LiveEvent {
  const data = {
    orderId: id,
    version: 1,
    status: "placed",
    number: 1,
    kitchenId: "blr-01",
    placedAt: "2026-01-31T13:00:00Z",
  };
  const rest = { specversion: "1.0", id, source: "/tiffin", datacontenttype: "application/json", position: "1" };
  return { ...rest, subject: `orders/${id}`, type: "order.placed", time: "2026-01-31T13:00:00Z", data };
}

function orderOf(number: number) {
  const rest = { kitchenId: "blr-01", status: "placed", version: 1, placedAt: "2026-01-31T13:00:00Z" };
  return { ...rest, id: `o${number}`, number, fulfilment: { type: "pickup" }, timeline: [] };
}

describe("the operations screen", () => {
  const second = signal(Date.parse("2026-01-31T13:00:00Z"));
  const model = createOperationsModel(noApi, { second, now: () => second.peek() } as ServerClock);
  afterEach(() => model.stop());

  it("paints once a second, however many events come", () => {
    const empty = {
      kitchens: [],
      counts: [],
      alerts: [],
      webhooks: [],
      items: [],
      ingredients: [],
      isHistoryCut: false,
    };
    model.take({ ...empty, asOf: "0", now: "2026-01-31T13:00:00Z", orders: [] }, [placed("o0")], "first");
    const painted: (number | undefined)[] = [];
    const stop = effect(() => {
      painted.push(model.view.value?.numbers.open);
    });
    for (let index = 1; index <= 100; index++) model.apply(placed(`o${index}`));
    expect(painted).toEqual([1]);
    second.value += 1_000;
    expect(painted).toEqual([1, 101]);
    stop();
  });

  it("keeps attention items in place for ten seconds, and adds new ones below", () => {
    const kitchens = ["blr-01", "mum-01"].map((id) => ({
      id,
      name: id,
      brands: [],
      times: {},
      timeZone: "Asia/Kolkata",
    }));
    const counts = kitchens.map(({ id }) => ({ kitchenId: id, mode: { mode: "online" }, open: {}, late: 0 }));
    const rest = { alerts: [], webhooks: [], items: [], ingredients: [], isHistoryCut: false };
    const hold = createOperationsModel(noApi, { second, now: () => second.peek() } as ServerClock);
    const shown: (readonly string[] | undefined)[] = [];
    const stop = effect(() => {
      shown.push(hold.view.value?.attention.map(({ key, isOver }) => (isOver ? `${key} over` : key)));
    });
    const at = (seconds: number) => new Date(second.peek() + seconds * 1_000).toISOString();
    const toAccept = (id: string, seconds: number) => {
      const event = placed(id);
      return { ...event, data: { ...(event.data as object), acceptBy: at(seconds) } } as LiveEvent;
    };
    const snapshot = { ...rest, kitchens, counts, asOf: "0", now: at(0), orders: [] } as never;
    hold.take(snapshot, [toAccept("slow", 110)], "first");
    hold.apply(toAccept("fast", 30));
    second.value += 1_000;
    hold.apply(toAccept("faster", 10));
    second.value += 1_000;
    expect(shown.slice(-2)).toEqual([
      ["accept/slow", "accept/fast"],
      ["accept/slow", "accept/fast", "accept/faster"],
    ]);
    hold.apply({
      ...placed("fast"),
      type: "order.accepted",
      data: { ...placed("fast").data, version: 2, status: "accepted" },
    } as LiveEvent);
    second.value += 1_000;
    expect(shown[shown.length - 1]).toEqual(["accept/slow", "accept/fast over", "accept/faster"]);
    second.value += 7_000;
    expect(shown[shown.length - 1]).toEqual(["accept/faster", "accept/slow"]);
    // An order whose time gets short moves to an entry of its own.
    hold.apply(toAccept("far", 244));
    second.value += 1_000;
    expect(shown[shown.length - 1]).toContain("accept/blr-01");
    second.value += 6_000;
    expect(shown[shown.length - 1]).toContain("accept/far");
    expect(shown[shown.length - 1]).not.toContain("accept/blr-01 over");
    stop();
    hold.stop();
  });

  it("reads orders placed up to three hours ago: slow ones count in the hour in which they are ready", async () => {
    const asked: string[] = [];
    const get = (path: string) => {
      asked.push(path);
      return { asOf: "0", now: "2026-01-31T13:00:00Z", data: [] };
    };
    const api = { ...noApi, get: (path: string) => Promise.resolve(get(path)) } as Api;
    const other = createOperationsModel(api, { second, now: () => second.peek() } as ServerClock);
    other.stop();
    await other.read(new AbortController().signal);
    const from = asked.flatMap((path) => new URL(path, "http://x").searchParams.get("placedFrom") ?? []);
    expect(from).toEqual(["2026-01-31T10:00:00.000Z"]);
  });

  it("says that orders of the last hours are missing when there are more than it reads", async () => {
    const read = async (pages: number) => {
      let left = pages;
      const get = (path: string) => {
        if (path.startsWith("/v1/operations")) return { asOf: "0", now: "2026-01-31T13:00:00Z", data: [] };
        if (!path.includes("placedFrom=")) return { data: [], nextCursor: null };
        left -= 1;
        return { data: Array.from({ length: 200 }, () => ({})), nextCursor: left > 0 ? "more" : null };
      };
      const api = { ...noApi, get: (path: string) => Promise.resolve(get(path)) } as Api;
      const other = createOperationsModel(api, { second, now: () => second.peek() } as ServerClock);
      other.stop();
      return (await other.read(new AbortController().signal)).isHistoryCut;
    };
    expect(await read(49)).toBe(false);
    expect(await read(60)).toBe(true);
  });

  it("knows each of 12,000 open orders, and those that are placed and end while it reads the pages", async () => {
    const count = 12_000;
    const newestFirst = Array.from({ length: count }, (_, index) => orderOf(count - index));
    const ended = new Set<string>();
    const arrived: LiveEvent[] = [];
    const get = (path: string) => {
      if (path.startsWith("/v1/operations")) return { asOf: "0", now: "2026-01-31T13:00:00Z", data: [] };
      if (!path.includes("status=")) return { data: [], nextCursor: null };
      const before = Number(new URL(path, "http://x").searchParams.get("cursor") ?? count + 1);
      const page = newestFirst.filter(({ number, id }) => number < before && !ended.has(id)).slice(0, 200);
      // While a page is being read, an order is placed, and the oldest open one ends.
      const number = newestFirst.length + 1;
      newestFirst.unshift(orderOf(number));
      arrived.push(placed(`o${number}`));
      const oldest = newestFirst[newestFirst.length - 1 - ended.size];
      if (oldest) {
        ended.add(oldest.id);
        const data = {
          orderId: oldest.id,
          version: 2,
          status: "delivered",
          number: oldest.number,
          kitchenId: "blr-01",
        };
        arrived.push({ ...placed(oldest.id), id: `end-${oldest.id}`, type: "order.delivered", data });
      }
      return { data: page, nextCursor: page.length < 200 ? null : `${page[page.length - 1]?.number}` };
    };
    const api = { ...noApi, get: (path: string) => Promise.resolve(get(path)) } as Api;
    const other = createOperationsModel(api, { second, now: () => second.peek() } as ServerClock);
    other.stop();

    other.take(await other.read(new AbortController().signal), arrived, "first");

    second.value += 1_000;
    const known = [...(other.view.value?.state.orders.values() ?? [])].filter(({ status }) => status !== "delivered");
    const open = newestFirst.filter(({ id }) => !ended.has(id));
    expect(known.map(({ id }) => id).sort()).toEqual(open.map(({ id }) => id).sort());
    expect(other.view.value?.numbers.open).toBe(count);
  });

  describe("with a server", () => {
    const empty = {
      kitchens: [],
      counts: [],
      alerts: [],
      items: [],
      ingredients: [],
      isHistoryCut: false,
      orders: [],
    };
    const webhook = { id: "w", url: "https://example.com", status: "disabled" };
    const snapshot = { ...empty, asOf: "0", now: "2026-01-31T13:00:00Z", webhooks: [webhook] };
    let asked: string[];
    let answer: (path: string) => Promise<unknown>;
    let opened: ReturnType<typeof createOperationsModel>;

    beforeEach(() => {
      vi.useFakeTimers();
      asked = [];
      answer = (path) => Promise.reject(new Error(path));
      const get = (path: string) => {
        asked.push(path);
        return answer(path);
      };
      const api = { get, send: () => answer("send") } as Api;
      opened = createOperationsModel(api, { second, now: () => second.peek() } as ServerClock);
      opened.take(snapshot as never, [], "first");
    });
    afterEach(() => {
      opened.stop();
      vi.useRealTimers();
    });
    const disabled = () => {
      second.value += 1_000;
      return opened.view.value?.state.disabled.size;
    };

    it("keeps a webhook in the list while it could not be enabled", async () => {
      await opened.enable("w");
      expect(disabled()).toBe(1);
      answer = () => Promise.resolve({});
      await opened.enable("w");
      expect(disabled()).toBe(0);
    });

    it("leads to the sign-in page when an action finds that the session has ended", async () => {
      const signedOut = vi.fn();
      const ended = { status: 401, code: "unauthenticated", title: "Authentication required" };
      const api = { ...noApi, send: () => Promise.reject(new Refused(ended)) } as Api;
      const other = createOperationsModel(api, { second, now: () => second.peek() } as ServerClock, signedOut);
      other.stop();
      await other.accept({ id: "o1", number: 1 });
      expect(signedOut).toHaveBeenCalledOnce();
    });

    it("reads webhooks again from time to time: a manager of some kitchens gets no event of them", async () => {
      answer = () => Promise.resolve({ data: [] });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(disabled()).toBe(0);
    });

    it("reads the counts once after many changes of the catalogue", async () => {
      const change = { ...placed("c"), type: "catalogue.changed", subject: "items/a" };
      for (let index = 0; index < 100; index++) opened.apply(change);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(asked).toEqual(["/v1/operations/summary"]);
    });

    it("keeps the newer of two answers about an order", async () => {
      const waiting: ((version: number) => void)[] = [];
      answer = (path) =>
        path.endsWith("/notifications")
          ? Promise.resolve({ data: [] })
          : new Promise((resolve) => waiting.push((version) => resolve({ id: "o1", version })));
      opened.select({ order: "o1" });
      opened.apply(placed("o1"));
      waiting[1]?.(3);
      await vi.advanceTimersByTimeAsync(0);
      waiting[0]?.(2);
      await vi.advanceTimersByTimeAsync(0);
      expect(opened.detail.value?.order.version).toBe(3);
    });

    it("shows an order as it was until the present is chosen, also when the order changes meanwhile", async () => {
      answer = (path) => {
        const version = Number(new URLSearchParams(path.split("?")[1]).get("version")) || 4;
        return Promise.resolve(path.endsWith("/notifications") ? { data: [] } : { id: "o1", version });
      };
      const shown = () => [opened.detail.value?.order.version, opened.past.value?.version];
      opened.select({ kitchen: "blr-01", order: "o1" });
      opened.showVersion(2);
      await vi.advanceTimersByTimeAsync(0);
      expect(shown()).toEqual([4, 2]);
      opened.apply(placed("o1"));
      await vi.advanceTimersByTimeAsync(0);
      expect(shown()).toEqual([4, 2]);
      opened.showVersion(undefined);
      expect(shown()).toEqual([4, undefined]);
      expect(opened.selection.value).toEqual({ kitchen: "blr-01", order: "o1", version: undefined });
    });

    it("ignores an answer about a version that is not selected any more", async () => {
      const waiting = new Map<string, () => void>();
      answer = (path) =>
        path.includes("version=")
          ? new Promise((resolve) => waiting.set(path, () => resolve({ id: "o1", version: Number(path.slice(-1)) })))
          : Promise.reject(new Error(path));
      opened.select({ order: "o1", version: 2 });
      opened.showVersion(3);
      waiting.get("/v1/orders/o1?version=3")?.();
      waiting.get("/v1/orders/o1?version=2")?.();
      await vi.advanceTimersByTimeAsync(0);
      expect(opened.past.value?.version).toBe(3);
    });

    it("says that a version cannot be read, and shows the order as it is now", async () => {
      opened.select({ order: "o1", version: 99 });
      await vi.advanceTimersByTimeAsync(0);
      expect(opened.selection.value).toEqual({ order: "o1", version: undefined });
      expect(opened.notices.shown.value).toBeDefined();
    });
  });
});

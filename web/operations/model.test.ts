import { effect, signal } from "@preact/signals";
import { afterEach, describe, expect, it } from "vitest";
import type { Api } from "../lib/api";
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

describe("the operations screen", () => {
  const second = signal(Date.parse("2026-01-31T13:00:00Z"));
  const model = createOperationsModel(noApi, { second, now: () => second.peek() } as ServerClock);
  afterEach(() => model.stop());

  it("paints once a second, however many events come", () => {
    const empty = { kitchens: [], counts: [], alerts: [], webhooks: [], items: [], ingredients: [], isCut: false };
    model.take({ ...empty, asOf: "0", now: "2026-01-31T13:00:00Z", orders: [] }, [placed("o0")]);
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

  it("says that orders are missing when there are more than it reads", async () => {
    const read = async (pages: number) => {
      let left = pages;
      const get = (path: string) => {
        if (path.startsWith("/v1/operations")) return { asOf: "0", now: "2026-01-31T13:00:00Z", data: [] };
        if (!path.includes("status=")) return { data: [], nextCursor: null };
        left -= 1;
        return { data: Array.from({ length: 200 }, () => ({})), nextCursor: left > 0 ? "more" : null };
      };
      const api = { ...noApi, get: (path: string) => Promise.resolve(get(path)) } as Api;
      const other = createOperationsModel(api, { second, now: () => second.peek() } as ServerClock);
      other.stop();
      return (await other.read(new AbortController().signal)).isCut;
    };
    expect(await read(49)).toBe(false);
    expect(await read(60)).toBe(true);
  });
});

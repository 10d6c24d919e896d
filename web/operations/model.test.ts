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
    const empty = { kitchens: [], counts: [], alerts: [], webhooks: [], items: [], ingredients: [] };
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
});

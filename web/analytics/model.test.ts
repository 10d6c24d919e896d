import { describe, expect, it, vi } from "vitest";
import { type Api, Refused } from "../lib/api";
import type { ServerClock } from "../lib/clock";
import { createAnalyticsModel } from "./model";

const times = { count: 0 };
const asOf = { position: 1 };
const summary = { asOf, revenue: [], cancelled: { count: 0, reasons: [] }, accept: times, prepare: times, wait: times };

describe("the analytics screen", () => {
  it("shows the range that was chosen last, whichever response arrives last", async () => {
    const now = Date.parse("2026-01-31T13:00:00Z");
    const waiting: { path: string; answer: () => void }[] = [];
    const api: Api = {
      get: (path) =>
        new Promise((resolve) => {
          const answer = () => resolve((path.includes("/summary") ? summary : { asOf, data: [] }) as never);
          waiting.push({ path, answer });
        }),
      send: () => Promise.reject(new Error("not used")),
    };
    const model = createAnalyticsModel(api, { now: () => now } as ServerClock, new URLSearchParams(), () => {});
    const [first, second] = ["2026-01-30", "2026-01-31"].map((day) => ({ first: day, last: day }));
    if (!first || !second) throw new Error("two ranges");
    model.select(first);
    const late = waiting.splice(0);
    model.select(second);
    for (const { answer } of [...waiting, ...late]) answer();
    await vi.waitFor(() => expect(model.figures.value).toBeDefined());
    expect(model.figures.value?.range).toEqual(second);
    expect(model.isLoading.value).toBe(false);
    model.stop();
  });

  it("reads all figures of the same time", () => {
    const paths: string[] = [];
    const api: Api = {
      get: (path) => {
        paths.push(path);
        return new Promise(() => {});
      },
      send: () => Promise.reject(new Error("not used")),
    };
    const now = Date.parse("2026-01-31T13:05:00Z");
    const model = createAnalyticsModel(api, { now: () => now } as ServerClock, new URLSearchParams(), () => {});
    model.select({ first: "2026-01-31", last: "2026-01-31", kitchen: "blr-01" });
    const read = paths.map((path) => new URL(path, "http://x").searchParams);
    expect(read.every((search) => search.get("kitchenId") === "blr-01")).toBe(true);
    const ends = read.map((search) => search.get("to"));
    // All end now, except the items of the week before.
    expect(ends.filter((to) => to === "2026-01-31T13:05:00.000Z")).toHaveLength(9);
    expect(ends.filter((to) => to === "2026-01-24T13:05:00.000Z")).toHaveLength(1);
    model.stop();
  });

  it("asks to sign in once the session has ended", async () => {
    const refusal = new Refused({ status: 401, code: "unauthorized", title: "Sign in" });
    const api: Api = { get: () => Promise.reject(refusal), send: () => Promise.reject(refusal) };
    const signIn = vi.fn();
    const now = Date.parse("2026-01-31T13:05:00Z");
    const model = createAnalyticsModel(api, { now: () => now } as ServerClock, new URLSearchParams(), signIn);
    model.select({ first: "2026-01-31", last: "2026-01-31" });
    await vi.waitFor(() => expect(signIn).toHaveBeenCalled());
    model.stop();
  });
});

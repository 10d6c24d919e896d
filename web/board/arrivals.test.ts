import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createArrivals } from "./arrivals";
import { emptyCatalogue } from "./catalogue";
import { type Core, createCore } from "./core";
import { at, board, event, itemsOf, line, order } from "./examples";
import { apply, replace } from "./state";

let played: string[];
const awaiting = { for: at(90), releaseAt: at(60) } as never;

beforeEach(() => {
  vi.useFakeTimers();
  played = [];
});

afterEach(() => void vi.useRealTimers());

function open(station?: string) {
  const core = createCore({
    kitchenId: "blr-01",
    station,
    sounds: { play: (sound: string) => played.push(sound) },
  } as unknown as Core);
  core.catalogue.value = {
    ...emptyCatalogue,
    items: itemsOf({ itemId: "biryani", recipe: [], stationId: "tandoor" }, { itemId: "raita", recipe: [] }),
  };
  const arrivals = createArrivals(core);
  return {
    happens: (type: string, id: string, data: object = {}) => {
      const happened = event(type, id, 1, { placedAt: at(5), fulfilment: {}, lines: [line("biryani")], ...data });
      core.state.value = apply(core.state.value, happened);
      arrivals.afterEvent(happened);
    },
    reads: (kind: "first" | "resumed" | "compared", ...orders: Parameters<typeof board>[0]) => {
      const before = core.state.value;
      core.state.value = replace(before, board(orders));
      arrivals.afterSnapshot(before, kind);
    },
  };
}

describe("a new order is heard", () => {
  it("once a batch, however many events come at once after an outage", () => {
    const { happens } = open();
    for (let id = 1; id <= 40; id++) happens("placed", `o${id}`);
    expect(played).toEqual(["arrival"]);
    vi.advanceTimersByTime(1_000);
    happens("placed", "o41");
    expect(played).toEqual(["arrival", "arrival"]);
  });

  it("in a snapshot after an outage, but not in the first one of the page", () => {
    const { reads } = open();
    reads("first", order("o1"));
    reads("resumed", order("o1"));
    reads("compared", order("o1"), order("o2"));
    expect(played).toEqual([]);
    reads("resumed", order("o1"), order("o2"), order("o3"), order("o4"));
    expect(played).toEqual(["arrival"]);
  });

  it("not if it was cooked meanwhile", () => {
    open().reads("resumed", order("o1", { status: "ready" }));
    expect(played).toEqual([]);
  });

  it("at the stations that make something of it", () => {
    const tandoor = open("tandoor");
    tandoor.happens("placed", "o1", { lines: [line("raita")] });
    tandoor.reads("resumed", order("o2", { lines: [line("raita")] }));
    expect(played).toEqual([]);
    tandoor.happens("placed", "o3");
    expect(played).toEqual(["arrival"]);
  });

  it("when it is released if it is scheduled, and before if it must be accepted", () => {
    const { happens } = open();
    happens("placed", "o1", { schedule: awaiting });
    expect(played).toEqual([]);
    happens("placed", "o2", { schedule: awaiting, acceptBy: at(10) });
    expect(played).toEqual(["arrival"]);
    open("tandoor").happens("placed", "o2", { schedule: awaiting, acceptBy: at(10) });
    expect(played).toEqual(["arrival"]);
  });

  it("when it is released", () => {
    const { reads } = open();
    reads("first", order("o1", { schedule: awaiting }));
    reads("resumed", order("o1", { schedule: { ...(awaiting as object), releasedAt: at(60) } as never }));
    expect(played).toEqual(["arrival"]);
  });
});

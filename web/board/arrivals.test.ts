import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Schemas } from "../lib/api";
import { createChime, remind } from "./arrivals";
import { cardMaker, cardsOf } from "./cards";
import { emptyCatalogue } from "./catalogue";
import { type Core, createCore } from "./core";
import { at, board, event, itemsOf, line, noon, order } from "./examples";
import { apply, type BoardState, emptyBoard, type Order, replace } from "./state";

let played: string[];
const awaiting = { for: at(90), releaseAt: at(60) } as never;

beforeEach(() => {
  vi.useFakeTimers();
  played = [];
});

afterEach(() => void vi.useRealTimers());

function open(station?: string, remembered?: BoardState) {
  const core = createCore({
    kitchenId: "blr-01",
    station,
    remembered: remembered && { state: remembered, catalogue: emptyCatalogue },
    sounds: { play: (sound: string) => played.push(sound) },
  } as unknown as Core);
  core.catalogue.value = {
    ...emptyCatalogue,
    items: itemsOf({ itemId: "biryani", recipe: [], stationId: "tandoor" }, { itemId: "raita", recipe: [] }),
  };
  const chime = createChime(core);
  return {
    happens: (type: string, id: string, data: object = {}) => {
      const version = 1 + (core.state.value.orders.get(id)?.version ?? 0);
      const content = { placedAt: at(5), fulfilment: {}, lines: [line("biryani")] };
      core.state.value = apply(core.state.value, event(type, id, version, { ...content, ...data }));
      chime("event");
    },
    reads: (kind: "first" | "resumed" | "compared", ...orders: Parameters<typeof board>[0]) => {
      core.state.value = replace(core.state.value, board(orders));
      chime(kind);
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
    expect(played).toEqual([]);
    reads("resumed", order("o1"), order("o2"), order("o3"));
    expect(played).toEqual(["arrival"]);
  });

  it("if only a comparison finds it", () => {
    const { reads } = open();
    reads("first", order("o1"));
    reads("compared", order("o1"), order("o2"));
    expect(played).toEqual(["arrival"]);
  });

  it("if it came while the page was loaded again", () => {
    const { reads } = open(undefined, replace(emptyBoard, board([order("o1")])));
    reads("first", order("o1"));
    expect(played).toEqual([]);
    const again = open(undefined, replace(emptyBoard, board([order("o1")])));
    again.reads("first", order("o1"), order("later", { schedule: awaiting, acceptBy: at(10) }));
    expect(played).toEqual([]);
    const last = open(undefined, replace(emptyBoard, board([order("o1")])));
    last.reads("first", order("o1"), order("o2"));
    expect(played).toEqual(["arrival"]);
  });

  it("only if it is not ready already", () => {
    open().reads("resumed", order("o1", { status: "ready" }));
    expect(played).toEqual([]);
  });

  it("at the stations that make something of it", () => {
    const tandoor = open("tandoor");
    tandoor.happens("placed", "o1", { lines: [line("raita")] });
    tandoor.happens("accepted", "o1");
    tandoor.reads("resumed", order("o2", { lines: [line("raita")] }));
    expect(played).toEqual([]);
    tandoor.reads("resumed", order("o3"));
    expect(played).toEqual(["arrival"]);
  });

  it("at a station when it is accepted and its card appears, and at the pass before", () => {
    const [tandoor, pass] = [open("tandoor"), open()];
    tandoor.happens("placed", "o1");
    expect(played).toEqual([]);
    tandoor.happens("accepted", "o1");
    expect(played).toEqual(["arrival"]);
    pass.happens("placed", "o1");
    pass.happens("accepted", "o1");
    expect(played).toEqual(["arrival", "arrival"]);
  });

  it("never at a station if it is denied", () => {
    const tandoor = open("tandoor");
    tandoor.happens("placed", "o1");
    tandoor.happens("cancelled", "o1");
    expect(played).toEqual([]);
  });

  it("once, however often the cook takes it back", () => {
    const tandoor = open("tandoor");
    tandoor.happens("placed", "o1");
    tandoor.happens("accepted", "o1");
    vi.advanceTimersByTime(1_000);
    tandoor.happens("progressed", "o1", { status: "preparing", progress: [{ state: "done" }] });
    tandoor.happens("progressed", "o1", { status: "preparing", progress: [{ state: "started" }] });
    expect(played).toEqual(["arrival"]);
  });

  it("when it is released if it is scheduled, and before if it must be accepted", () => {
    const { happens } = open();
    happens("placed", "o1", { schedule: awaiting });
    expect(played).toEqual([]);
    happens("placed", "o2", { schedule: awaiting, acceptBy: at(10) });
    expect(played).toEqual(["arrival"]);
    const tandoor = open("tandoor");
    tandoor.happens("placed", "o2", { schedule: awaiting, acceptBy: at(10) });
    tandoor.happens("accepted", "o2", { acceptBy: null });
    expect(played).toEqual(["arrival"]);
  });

  it("when it is released, also by the pass that has accepted it", () => {
    const { happens } = open();
    happens("placed", "o1", { schedule: awaiting, acceptBy: at(10) });
    happens("accepted", "o1", { acceptBy: null });
    vi.advanceTimersByTime(1_000);
    happens("released", "o1", { status: "accepted", schedule: { ...(awaiting as object), releasedAt: at(60) } });
    expect(played).toEqual(["arrival", "arrival"]);
  });

  it("when it was released during an outage", () => {
    const { reads } = open();
    reads("first", order("o1", { schedule: awaiting }));
    reads("resumed", order("o1", { schedule: { ...(awaiting as object), releasedAt: at(60) } as never }));
    expect(played).toEqual(["arrival"]);
  });
});

describe("an order that is not accepted", () => {
  const second = signal(noon);

  function listen(placed: Order, times?: Partial<Schemas["KitchenTimes"]>): string[] {
    const heard: string[] = [];
    second.value = noon;
    const core = createCore({
      kitchenId: "blr-01",
      clock: { now: () => second.value, second },
      sounds: { play: (sound: string) => heard.push(`${(second.value - noon) / 1_000} ${sound}`) },
    } as unknown as Core);
    if (times) core.catalogue.value = { ...emptyCatalogue, kitchen: { times } as Schemas["KitchenView"] };
    const orders = new Map([[placed.id, placed]]);
    remind(core, signal(cardsOf(orders, undefined, cardMaker(new Map(), undefined))));
    return heard;
  }

  function pass(minutes: number): void {
    for (let passed = 0; passed < minutes * 60; passed++) second.value += 1_000;
  }

  it("is heard after a minute, and from 90 s on every 10 s", () => {
    const heard = listen(order("o1", { status: "placed", nudgeAt: at(1), acceptBy: at(3) }));
    pass(2);
    expect(heard).toEqual(["60 reminder", "90 alarm", "100 alarm", "110 alarm", "120 alarm"]);
  });

  it("is not heard all night if it was placed after closing: the server reminds after the opening", () => {
    const tomorrow = { for: at(780), releaseAt: at(740) };
    const opening = { nudgeAt: at(11 * 60 + 1), acceptBy: at(11 * 60 + 15) };
    const heard = listen(order("o1", { status: "placed", schedule: tomorrow, ...opening }));
    pass(11 * 60);
    expect(heard).toEqual([]);
    pass(2);
    expect(heard.slice(0, 2)).toEqual([`${11 * 3_600 + 60} reminder`, `${11 * 3_600 + 90} alarm`]);
  });

  it("is heard at the times of its kitchen", () => {
    const times = { nudgeSeconds: 30, acceptanceOverdueSeconds: 110 };
    const heard = listen(order("o1", { status: "placed", nudgeAt: at(0.5), acceptBy: at(3) }), times);
    pass(2);
    expect(heard).toEqual(["30 reminder", "110 alarm", "120 alarm"]);
  });

  it("is not heard once it is accepted, or where the server accepts by itself", () => {
    const accepted = listen(order("o1", { nudgeAt: at(1) }));
    pass(2);
    const automatic = listen(order("o1", { status: "placed" }));
    pass(2);
    expect([accepted, automatic]).toEqual([[], []]);
  });
});

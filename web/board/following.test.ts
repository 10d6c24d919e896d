import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Change, Refused, Unreachable } from "../lib/api";
import { type Core, createCore } from "./core";
import { board, event, order } from "./examples";
import { readUnread, takeSnapshot } from "./following";
import { apply, emptyBoard, type Order, replace } from "./state";

let core: Core;
let reads: string[];
let answer: () => Promise<Order>;
let signedOut: number;
let sent: Change[];

beforeEach(() => {
  vi.useFakeTimers();
  [reads, signedOut, sent] = [[], 0, []];
  const get = (path: string) => {
    reads.push(path);
    return answer();
  };
  const send = (change: Change) => {
    sent.push(change);
    return Promise.reject(new Unreachable(""));
  };
  core = createCore({
    kitchenId: "blr-01",
    station: undefined,
    api: { get, send } as unknown as Core["api"],
    clock: undefined as unknown as Core["clock"],
    sounds: undefined as unknown as Core["sounds"],
    onSignedOut: () => {
      signedOut += 1;
    },
  });
  core.state.value = replace(emptyBoard, board([order("o1")]));
  readUnread(core);
});

afterEach(() => void vi.useRealTimers());

const gap = () => {
  core.state.value = apply(core.state.value, event("progressed", "o1", 9, { status: "preparing" }));
};
const otherEvents = async () => {
  for (let version = 10; version < 60; version++) {
    core.state.value = apply(core.state.value, event("progressed", "o1", version, { status: "preparing" }));
    await vi.advanceTimersByTimeAsync(50);
  }
};

describe("an order to be read", () => {
  it("is read once, and taken", async () => {
    answer = () => Promise.resolve(order("o1", { version: 9, courierId: "ravi" }));
    gap();
    await vi.advanceTimersByTimeAsync(0);
    expect(reads).toEqual(["/v1/orders/o1"]);
    expect(core.state.value.orders.get("o1")?.courierId).toBe("ravi");
  });

  it("that could not be read is retried after a pause, not at each event", async () => {
    answer = () => Promise.reject(new Unreachable(""));
    gap();
    await otherEvents();
    expect(reads).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reads).toHaveLength(2);
  });

  it("is read with limited concurrency: after hours without a network all orders may have ended", async () => {
    answer = () => new Promise(() => {});
    const orders = Array.from({ length: 150 }, (_, index) => order(`o${index + 1}`));
    core.state.value = replace(replace(emptyBoard, board(orders)), board([]));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reads).toEqual(["/v1/orders/o1", "/v1/orders/o2", "/v1/orders/o3", "/v1/orders/o4"]);
  });

  it("that no longer exists leaves the board", async () => {
    answer = () => Promise.reject(new Refused({ status: 404, code: "not_found", title: "" }));
    gap();
    await vi.advanceTimersByTimeAsync(0);
    expect(core.state.value.orders.size).toBe(0);
  });

  it("stays on the board if a proxy says that there is no such page", async () => {
    answer = () => Promise.reject(new Refused({ status: 404, code: "unknown", title: "" }));
    gap();
    await vi.advanceTimersByTimeAsync(0);
    expect(core.state.value.orders.size).toBe(1);
  });

  it("ends the session on the screen when it has ended on the server", async () => {
    answer = () => Promise.reject(new Refused({ status: 401, code: "unauthenticated", title: "" }));
    gap();
    await vi.advanceTimersByTimeAsync(0);
    expect(signedOut).toBe(1);
  });
});

describe("a comparison with a fresh board", () => {
  const wrong = Array.from({ length: 30 }, (_, index) => order(`o${index + 2}`));

  it("that finds differences reports the first twenty once, and corrects the board", async () => {
    takeSnapshot(core, board([order("o1"), ...wrong], { asOf: "4711" }), [], "compared");
    await vi.advanceTimersByTimeAsync(60_000);
    const differences = wrong.slice(0, 20).map(({ id }) => `order ${id} is missing here`);
    const body = { screen: "board", position: 4711, differences };
    expect(sent).toEqual([{ method: "POST", path: "/v1/kitchens/blr-01/differences", body }]);
    expect(core.state.value.orders.size).toBe(31);
  });

  it("that finds none, or after a break, reports nothing", async () => {
    takeSnapshot(core, board([order("o1")]), [], "compared");
    takeSnapshot(core, board([order("o1"), ...wrong]), [], "resumed");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual([]);
  });
});

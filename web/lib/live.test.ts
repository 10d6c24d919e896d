import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refused, Unreachable } from "./api";
import { createClock } from "./clock";
import { type Live, type LiveEvent, type LiveOptions, live, type Snapshot } from "./live";

class FakeSource extends EventTarget {
  static opened: FakeSource[] = [];
  static readonly CLOSED = 2;
  readyState = 0;
  onopen = () => {};
  onerror = () => {};
  onmessage = (_: { data: string }) => {};

  constructor(readonly url: string) {
    super();
    FakeSource.opened.push(this);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }

  event(position: number): void {
    this.onmessage({ data: JSON.stringify({ position: String(position), type: "order.placed" }) });
  }

  heartbeat(now: string, position: number): void {
    const data = JSON.stringify({ now, position: String(position) });
    this.dispatchEvent(Object.assign(new Event("heartbeat"), { data }));
  }
}

const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
let connection: Live;
let options: LiveOptions<Snapshot>;
let calls: string[];
let answer: () => Promise<Snapshot>;

const latest = () => FakeSource.opened[FakeSource.opened.length - 1] as FakeSource;
const board = (asOf: string): Promise<Snapshot> => Promise.resolve({ asOf, now: new Date().toISOString() });

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse("2026-07-01T10:00:00Z") });
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", new EventTarget());
  FakeSource.opened = [];
  calls = [];
  answer = () => board("10");
  const positions = (later: readonly LiveEvent[]) => later.map((one) => one.position).join(",");
  options = {
    clock: createClock(),
    snapshot: () => answer(),
    streamPath: "/v1/events?kitchenId=blr-01",
    onSnapshot: ({ asOf }, later, kind) => calls.push(`${kind} ${asOf} +${positions(later)}`),
    onEvent: ({ position }) => calls.push(position),
    onRefused: ({ problem }) => calls.push(`refused ${problem.code}`),
  };
  connection = live(options);
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  connection.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("live", () => {
  it("streams from the snapshot's position, and after a break from the last event's or heartbeat's", async () => {
    expect(latest().url).toBe("/v1/events?kitchenId=blr-01&after=10");
    latest().event(11);
    latest().heartbeat("2026-07-01T10:00:00Z", 14);
    expect(connection.status.value.link).toBe("live");
    latest().onerror();
    expect(connection.status.value.link).toBe("doubtful");
    await vi.advanceTimersByTimeAsync(3_000);
    expect(latest().url).toBe("/v1/events?kitchenId=blr-01&after=14");
    expect(calls).toEqual(["first 10 +", "11"]);
  });

  it("reads a new snapshot if the stream is refused", async () => {
    answer = () => board("90");
    latest().readyState = FakeSource.CLOSED;
    latest().onerror();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(calls).toEqual(["first 10 +", "resumed 90 +"]);
    expect(latest().url).toContain("after=90");
  });

  it("compares once the stream has reached the new snapshot, and hands over the events after it", async () => {
    answer = () => board("12");
    for (let beat = 0; beat < 40; beat++) {
      latest().heartbeat(new Date().toISOString(), 10);
      await vi.advanceTimersByTimeAsync(15_000);
    }
    latest().event(11);
    expect(calls).toEqual(["first 10 +", "11"]);
    latest().event(13);
    expect(calls).toEqual(["first 10 +", "11", "13", "compared 12 +13"]);
  });

  it("compares a snapshot of several reads once the stream has reached the last of them", async () => {
    answer = async () => ({ ...(await board("12")), readUntil: "14" });
    for (let beat = 0; beat < 40; beat++) {
      latest().heartbeat(new Date().toISOString(), 10);
      await vi.advanceTimersByTimeAsync(15_000);
    }
    latest().event(13);
    expect(calls).toEqual(["first 10 +", "13"]);
    latest().heartbeat(new Date().toISOString(), 14);
    expect(calls).toEqual(["first 10 +", "13", "compared 12 +13"]);
  });

  it("starts over if its heartbeats stay behind what the server has", async () => {
    answer = () => board("12");
    for (let beat = 0; beat < 43; beat++) {
      latest().heartbeat(new Date().toISOString(), 10);
      await vi.advanceTimersByTimeAsync(15_000);
    }
    expect(calls).toEqual(["first 10 +", "resumed 12 +"]);
    expect(latest().url).toContain("after=12");
  });

  it("says when it was last heard, and since when it is lost", async () => {
    latest().heartbeat("2026-07-01T11:00:00Z", 10);
    await vi.advanceTimersByTimeAsync(45_000);
    expect(connection.status.value).toEqual({ link: "lost", heardAt: Date.parse("2026-07-01T11:00:00Z") });
  });

  it("that starts with stored data says since when it is lost, by the server's clock", async () => {
    connection.stop();
    answer = () => Promise.reject(new Unreachable(""));
    const clock = createClock();
    clock.learn("2026-07-01T11:00:00Z");
    const heardAt = Date.parse("2026-07-01T10:40:00Z");
    connection = live({ ...options, clock, heardAt });
    expect(connection.status.value).toEqual({ link: "connecting", heardAt });
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.status.value).toEqual({ link: "lost", heardAt });
  });

  it("of a session that has ended is refused within two seconds, at once when the stream is", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    answer = () => Promise.reject(new Refused({ status: 401, code: "unauthenticated", title: "" }));
    await vi.advanceTimersByTimeAsync(500);
    latest().onerror();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(FakeSource.opened).toHaveLength(2);
    latest().readyState = FakeSource.CLOSED;
    latest().onerror();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["first 10 +", "refused unauthenticated"]);
  });

  it("ends when the session does", async () => {
    answer = () => Promise.reject(new Refused({ status: 401, code: "unauthenticated", title: "" }));
    latest().readyState = FakeSource.CLOSED;
    latest().onerror();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toEqual(["first 10 +", "refused unauthenticated"]);
    expect(FakeSource.opened).toHaveLength(1);
  });

  it("continues after a proxy has answered with its own page", async () => {
    const page = new Refused({ status: 403, code: "unknown", title: "" });
    const answers = [() => Promise.reject(page), () => board("20")];
    answer = () => (answers.shift() ?? (() => board("21")))();
    latest().readyState = FakeSource.CLOSED;
    latest().onerror();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(calls).toEqual(["first 10 +", "resumed 20 +"]);
  });

  it("reads again when the server cannot be reached", async () => {
    const answers = [() => Promise.reject(new Unreachable("")), () => board("20")];
    answer = () => (answers.shift() ?? (() => board("21")))();
    latest().readyState = FakeSource.CLOSED;
    latest().onerror();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(calls).toEqual(["first 10 +", "resumed 20 +"]);
  });
});

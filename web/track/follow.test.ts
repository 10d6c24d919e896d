import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Following, follow, lookMs, silenceMs, waitMaxMs } from "./follow";

class Stream extends EventTarget {
  readyState = 1;

  constructor(readonly version: string) {
    super();
  }

  close() {
    this.readyState = 2;
  }

  send(type: string, lastEventId = "") {
    this.dispatchEvent(new MessageEvent(type, { lastEventId }));
  }

  fail(readyState: number) {
    this.readyState = readyState;
    this.dispatchEvent(new Event("error"));
  }
}

describe("following an order", () => {
  let streams: Stream[];
  let following: Following;
  const changed = vi.fn();
  const last = () => streams[streams.length - 1] ?? new Stream("none");

  beforeEach(() => {
    vi.useFakeTimers();
    changed.mockReset();
    streams = [];
    const open = (version: string) => {
      streams.push(new Stream(version));
      return last();
    };
    following = follow(open, "3", changed, () => 1);
  });

  afterEach(() => {
    following.stop();
    vi.useRealTimers();
  });

  it("starts after the version that the page shows, without loading it again", () => {
    expect(streams.map((stream) => stream.version)).toEqual(["3"]);
    expect(changed).not.toHaveBeenCalled();
  });

  it("sees statuses and other changes, but not heartbeats", () => {
    last().send("message", "4");
    last().send("changed", "5");
    last().send("heartbeat");

    expect(changed).toHaveBeenCalledTimes(2);
  });

  it("looks again whenever the browser has connected again", () => {
    last().send("open");
    expect(changed).not.toHaveBeenCalled();

    last().fail(0);
    last().send("open");
    last().send("open");

    expect([streams.length, changed.mock.calls.length]).toEqual([1, 2]);
  });

  it("opens a silent stream again, after the last event", () => {
    last().send("message", "4");
    vi.advanceTimersByTime(silenceMs - 1);
    last().send("heartbeat");
    vi.advanceTimersByTime(silenceMs - 1);
    expect(streams).toHaveLength(1);

    vi.advanceTimersByTime(1);
    expect(streams[0]?.readyState).toBe(2);
    vi.advanceTimersByTime(1_000);

    expect(streams.map((stream) => stream.version)).toEqual(["3", "4"]);
    // For the event, for the minute, and for the new stream.
    expect(changed).toHaveBeenCalledTimes(3);
  });

  it("leaves an interrupted connection to the browser, and retries a refused one with growing delays", () => {
    last().fail(0);
    vi.advanceTimersByTime(5_000);
    expect(streams).toHaveLength(1);

    const waits = [1_000, 2_000, 4_000, 8_000, 16_000, waitMaxMs, waitMaxMs];
    for (const [refusals, wait] of waits.entries()) {
      last().fail(2);
      vi.advanceTimersByTime(wait - 1);
      expect(streams).toHaveLength(refusals + 1);
      vi.advanceTimersByTime(1);
      expect(streams).toHaveLength(refusals + 2);
    }
    last().send("heartbeat");
    last().fail(2);
    vi.advanceTimersByTime(1_000);
    expect(streams).toHaveLength(waits.length + 2);
  });

  it("looks at once when the page becomes visible, and connects again if it slept", () => {
    following.check();
    expect([streams.length, changed.mock.calls.length]).toEqual([1, 1]);

    vi.setSystemTime(Date.now() + silenceMs + 1);
    following.check();
    expect([streams.length, changed.mock.calls.length]).toEqual([2, 2]);
  });

  it("looks once a minute, because an order becomes late without an event", () => {
    for (let minute = 0; minute < 2; minute++) {
      vi.advanceTimersByTime(lookMs / 2);
      last().send("heartbeat");
      vi.advanceTimersByTime(lookMs / 2);
      last().send("heartbeat");
    }
    expect([streams.length, changed.mock.calls.length]).toEqual([1, 2]);
  });

  it("ends for good", () => {
    following.stop();
    vi.advanceTimersByTime(10 * silenceMs);

    expect(changed).not.toHaveBeenCalled();
    expect(streams.map((stream) => stream.readyState)).toEqual([2]);
  });
});

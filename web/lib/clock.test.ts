import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClock, offsetAfter } from "./clock";

describe("the offset of the server's clock", () => {
  it("takes the first sample as it is", () => {
    expect(offsetAfter(undefined, 3_600_000, 0)).toBe(3_600_000);
  });

  it("keeps the sample with the least delay", () => {
    expect(offsetAfter(500, 10_400, 10_000)).toBe(500);
    expect(offsetAfter(500, 10_700, 10_000)).toBe(700);
  });

  it("follows a clock that was set, in both directions", () => {
    expect(offsetAfter(500, 10_000, 3_610_000)).toBe(-3_600_000);
    expect(offsetAfter(500, 3_610_000, 10_000)).toBe(3_600_000);
  });
});

describe("the clock", () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-07-01T10:00:00.400Z") }));
  afterEach(() => void vi.useRealTimers());

  it("shows the server's time on a tablet that is an hour slow", () => {
    const clock = createClock();
    clock.learn("2026-07-01T11:00:00.400Z");
    expect(new Date(clock.now()).toISOString()).toBe("2026-07-01T11:00:00.400Z");
    expect(new Date(clock.second.value).toISOString()).toBe("2026-07-01T11:00:00.000Z");
    clock.stop();
  });

  it("ticks on the whole second of the server", () => {
    const clock = createClock();
    clock.learn("2026-07-01T11:00:00.400Z");
    vi.advanceTimersByTime(599);
    expect(clock.second.value).toBe(Date.parse("2026-07-01T11:00:00Z"));
    vi.advanceTimersByTime(1);
    expect(clock.second.value).toBe(Date.parse("2026-07-01T11:00:01Z"));
    clock.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

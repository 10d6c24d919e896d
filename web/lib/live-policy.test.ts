import { describe, expect, it } from "vitest";
import { backOffMs, compareMs, type LiveInput, type LiveState, linkOf, started, step } from "./live-policy";

const start = 1_000_000;

/** Feeds inputs at times in seconds after the start, and returns the commands of the last one. */
function given(...inputs: readonly (readonly [seconds: number, input: LiveInput])[]) {
  let next = started(start);
  for (const [seconds, input] of inputs) next = step(next.state, input, start + seconds * 1_000, 0);
  return next;
}

const at = (state: LiveState, seconds: number) => linkOf(state, start + seconds * 1_000);
const tick: LiveInput = { kind: "tick" };
const read: LiveInput = { kind: "read", asOf: "17" };
const heard: LiveInput = { kind: "heard", cursor: "18" };
const dropped: LiveInput = { kind: "broken", refused: false };
const refused: LiveInput = { kind: "broken", refused: true };

describe("opening", () => {
  it("reads a snapshot first, and continues from it", () => {
    expect(started(start).commands).toEqual(["read"]);
    expect(given([0, read])).toMatchObject({ state: { cursor: "17" }, commands: ["open"] });
  });

  it("is connecting until the stream is heard, then live", () => {
    expect(at(started(start).state, 1)).toBe("connecting");
    expect(at(given([0, read]).state, 1)).toBe("connecting");
    expect(at(given([0, read], [1, heard]).state, 1)).toBe("live");
  });

  it("is lost as soon as the first attempt has failed", () => {
    expect(at(given().state, 14)).toBe("connecting");
    expect(at(given([15, { kind: "read_failed" }]).state, 15)).toBe("lost");
  });

  it("of a screen with stored data is lost since the time of that data, once the first attempt has failed", () => {
    const known = started(start, start - 5_000).state;
    expect(at(known, 1)).toBe("connecting");
    const failed = step(known, { kind: "read_failed" }, start + 1_000, 0).state;
    expect(at(failed, 1)).toBe("lost");
    expect(failed.heardAt).toBe(start - 5_000);
    expect(at(step(failed, read, start + 5_000, 0).state, 5)).toBe("connecting");
  });
});

describe("a silent stream", () => {
  const { state } = given([0, read], [0, heard]);

  it("is doubtful after 20 s and lost after 45 s", () => {
    expect([19, 20, 44, 45].map((second) => at(state, second))).toEqual(["live", "doubtful", "doubtful", "lost"]);
  });

  it("is closed and reopened after 45 s, at the last cursor", () => {
    expect(step(state, tick, start + 44_999, 0).commands).toEqual([]);
    const reopened = step(state, tick, start + 45_000, 0);
    expect(reopened).toMatchObject({ state: { cursor: "18" }, commands: ["close", "open"] });
    expect(at(reopened.state, 46)).toBe("lost");
  });

  it("is given 45 s again before it is reopened once more", () => {
    const reopened = step(state, tick, start + 45_000, 0).state;
    expect(step(reopened, tick, start + 89_000, 0).commands).toEqual([]);
    expect(step(reopened, tick, start + 90_000, 0).commands).toEqual(["close", "open"]);
  });

  it("is not taken for a live one while the device's clock, set back an hour, catches up", () => {
    const set = step(state, tick, start - 3_600_000, 0).state;
    expect(linkOf(set, start - 3_600_000 + 45_000)).toBe("lost");
  });

  it("that was never reached is tried again when the device's clock was set back", () => {
    const waiting = step(started(start).state, { kind: "read_failed" }, start, 0).state;
    const earlier = start - 3_600_000;
    const set = step(waiting, tick, earlier, 0).state;
    expect(set.heardAt).toBeUndefined();
    expect(step(set, tick, earlier, 0).commands).toEqual(["read"]);
  });
});

describe("a broken stream", () => {
  it("is doubtful at once, and reopened at its cursor after a delay", () => {
    const broken = given([0, read], [1, heard], [2, dropped]);
    expect(broken.commands).toEqual(["close"]);
    expect(at(broken.state, 2)).toBe("doubtful");
    expect(step(broken.state, tick, start + 2_999, 0).commands).toEqual([]);
    expect(step(broken.state, tick, start + 3_000, 0)).toMatchObject({ state: { cursor: "18" }, commands: ["open"] });
  });

  it("starts over from a new snapshot if its cursor is refused", () => {
    const state = { phase: "reading", cursor: undefined };
    expect(given([0, read], [1, heard], [2, refused])).toMatchObject({ state, commands: ["close", "read"] });
  });

  it("of a session that has ended is detected within two seconds, plus the time of the requests", () => {
    const ended = step(given([0, read], [1, heard]).state, dropped, start + 2_000, 1).state;
    const reopened = step(ended, tick, start + 4_000, 1);
    expect(reopened.commands).toEqual(["open"]);
    expect(step(reopened.state, refused, start + 4_000, 1).commands).toEqual(["close", "read"]);
  });

  it("that is refused repeatedly waits, even though its snapshots can be read", () => {
    const twice = given([0, read], [1, refused], [1, read], [1, refused], [1, read]);
    const third = step(twice.state, refused, start + 1_000, 0);
    expect(third.commands).toEqual(["close"]);
    expect(step(third.state, tick, start + 1_999, 0).commands).toEqual([]);
    expect(step(third.state, tick, start + 2_000, 0).commands).toEqual(["read"]);
  });

  it("waits longer after each failure, and not after a success", () => {
    const failing = given([0, read], [1, dropped], [3, tick], [3, dropped]);
    expect(failing.state.failures).toBe(2);
    expect(given([0, read], [1, dropped], [3, tick], [4, heard], [5, dropped]).state.failures).toBe(1);
  });

  it("waits as long as the server asks", () => {
    const busy = given([0, { kind: "read_failed", retryAfterMs: 30_000 }]).state;
    expect(step(busy, tick, start + 29_000, 0).commands).toEqual([]);
    expect(step(busy, tick, start + 30_000, 0).commands).toEqual(["read"]);
  });

  it("ends when the session is refused", () => {
    const ended = given([0, read], [1, heard], [2, { kind: "read_refused" }]);
    expect(ended.commands).toEqual(["close"]);
    expect(step(ended.state, tick, start + 999_000, 0).commands).toEqual([]);
  });
});

describe("backoff", () => {
  it("grows from 1 s to 15 s, with jitter", () => {
    expect([0, 1, 2, 3, 60].map((failures) => backOffMs(failures, 1))).toEqual([2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(backOffMs(60, 0)).toBe(1_000);
  });
});

describe("a device that wakes", () => {
  it("does not wait for the delay", () => {
    const broken = given([0, read], [1, heard], [2, dropped]).state;
    expect(step(broken, { kind: "woken" }, start + 2_100, 0).commands).toEqual(["open"]);
  });

  it("reopens a stream that it has not heard for 20 s, and no other", () => {
    const { state } = given([0, read], [1, heard]);
    expect(step(state, { kind: "woken" }, start + 20_000, 0).commands).toEqual([]);
    expect(step(state, { kind: "woken" }, start + 21_000, 0).commands).toEqual(["close", "open"]);
  });
});

describe("comparison", () => {
  it("is made every ten minutes while the stream is open", () => {
    const { state } = given([0, read], [599, heard]);
    expect(step(state, tick, start + compareMs - 1, 0).commands).toEqual([]);
    const compared = step(state, tick, start + compareMs, 0);
    expect(compared.commands).toEqual(["compare"]);
    expect(step(compared.state, tick, start + compareMs + 1_000, 0).commands).toEqual([]);
  });
});

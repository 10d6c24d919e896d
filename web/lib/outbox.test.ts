import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Change, Refused, Unreachable } from "./api";
import { createOutbox, type Entry, isOverdue, nextOf, type Outbox, outcomeOf } from "./outbox";
import { stubStorage } from "./stubs";

const refusal = (status: number, code = "x") => new Refused({ status, code, title: "" });
const change = (path: string): Change => ({ method: "PUT", path });
const entry = (id: string, subject: string, holdUntil = 0): Entry<string> => ({
  id,
  subject,
  intent: id,
  changes: [],
  holdUntil,
});

describe("the next entry", () => {
  it("is the first that is not held", () => {
    expect(nextOf([entry("a", "1", 5_000), entry("b", "2")], 0)).toMatchObject({ entry: { id: "b" } });
    expect(nextOf([entry("a", "1", 5_000)], 5_000)).toMatchObject({ entry: { id: "a" } });
    expect(nextOf([entry("a", "1", 5_000), entry("b", "2", 3_000)], 0)).toEqual({ waitMs: 3_000 });
    expect(nextOf([], 0)).toBeUndefined();
  });

  it("does not overtake an earlier one of its subject", () => {
    expect(nextOf([entry("a", "1", 5_000), entry("b", "1")], 0)).toEqual({ waitMs: 5_000 });
  });

  it("of a subject that failed is repeated after its time, and after those of others", () => {
    const failing = new Map([["1", { since: 0, failures: 1, notBefore: 2_000 }]]);
    expect(nextOf([entry("a", "1"), entry("b", "2")], 0, failing)).toMatchObject({ entry: { id: "b" } });
    expect(nextOf([entry("a", "1"), entry("b", "1")], 0, failing)).toEqual({ waitMs: 2_000 });
    expect(nextOf([entry("a", "1"), entry("b", "2")], 2_000, failing)).toMatchObject({ entry: { id: "b" } });
  });

  it("is overdue some seconds after its hold, whichever tab sends it", () => {
    expect([9_999, 14_999, 15_000].map((now) => isOverdue([entry("a", "1", 5_000)], now))).toEqual([
      false,
      false,
      true,
    ]);
    expect(isOverdue([], 0)).toBe(false);
  });

  it("does not wait for an hour because the device's clock was set back", () => {
    expect(nextOf([entry("a", "1", 3_600_000)], 0)).toMatchObject({ entry: { id: "a" } });
  });
});

describe("a failure", () => {
  it("is repeated, kept for the next session, or final", () => {
    expect(outcomeOf(new Unreachable(""))).toBe("again");
    expect([408, 429, 503, 500].map((status) => outcomeOf(refusal(status)))).toEqual(Array(4).fill("again"));
    expect([401, 403, 404].map((status) => outcomeOf(refusal(status, "unknown")))).toEqual(["again", "again", "again"]);
    expect(outcomeOf(refusal(401))).toBe("signed_out");
    expect(outcomeOf(refusal(403, "antiforgery_missing"))).toBe("signed_out");
    expect([409, 404, 422].map((status) => outcomeOf(refusal(status)))).toEqual(["refused", "refused", "refused"]);
  });
});

describe("the outbox", () => {
  let calls: string[];
  let answers: Map<string, Error[]>;
  let opened: Outbox<string>[];
  let setLeads: (leads: boolean) => void;

  function open(): Outbox<string> {
    const outbox = createOutbox<string>(
      {
        name: "k",
        api: {
          get: () => Promise.reject(new Error("not used")),
          send: ({ path }) => {
            const failure = answers.get(path)?.shift();
            calls.push(`${path}${failure ? " failed" : ""}`);
            return failure ? Promise.reject(failure) : (Promise.resolve(path) as never);
          },
        },
        onSent: ({ intent }, answer) => calls.push(`sent ${intent} ${answer}`),
        onRefused: ({ intent }) => calls.push(`refused ${intent}`),
        onSignedOut: () => calls.push("signed out"),
      },
      (onChange) => {
        setLeads = onChange;
        onChange(true);
        return () => {};
      },
    );
    opened.push(outbox);
    return outbox;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    stubStorage();
    [calls, answers, opened] = [[], new Map(), []];
    vi.stubGlobal("window", new EventTarget());
  });

  afterEach(() => {
    for (const one of opened) one.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("sends the changes of an entry in order, and then forgets it", async () => {
    const outbox = open();
    outbox.add("1", "bump", [change("/progress"), change("/status")]);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["/progress", "/status", "sent bump /status"]);
    expect(outbox.entries.value).toEqual([]);
  });

  it("holds an entry, so that it can be undone and is then never sent", async () => {
    const outbox = open();
    const { id } = outbox.add("1", "bump", [change("/status")], 5_000);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(outbox.undo(id)).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toEqual([]);
  });

  it("sends a held entry when its time has passed, and cannot undo it then", async () => {
    const outbox = open();
    const { id } = outbox.add("1", "bump", [change("/status")], 5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(calls).toEqual(["/status", "sent bump /status"]);
    expect(outbox.undo(id)).toBe(false);
  });

  it("repeats in the order of a subject until the server can be reached", async () => {
    const outbox = open();
    answers.set("/a", [new Unreachable(""), refusal(503)]);
    outbox.add("1", "a", [change("/a")]);
    outbox.add("1", "b", [change("/b")]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(calls).toEqual(["/a failed", "/a failed", "/a", "sent a /a", "/b", "sent b /b"]);
  });

  it.each([
    ["fails", () => refusal(500)],
    ["is too slow", () => new Unreachable("", true)],
    ["has to wait", () => new Refused({ status: 503, code: "x", title: "" }, 30)],
  ])("sends the taps on other orders while one %s", async (_, failure) => {
    const outbox = open();
    answers.set(
      "/a",
      Array.from({ length: 9 }, (): Error => failure()),
    );
    outbox.add("1", "a", [change("/a")]);
    outbox.add("2", "b", [change("/b")]);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["/a failed", "/b", "sent b /b"]);
    expect(outbox.isWaiting.value).toBe(true);
    outbox.add("3", "c", [change("/c")]);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls.slice(3)).toEqual(["/c", "sent c /c"]);
  });

  it.each([
    ["the network is away", () => new Unreachable(""), 1],
    ["there are too many requests", () => refusal(429), 1],
    ["the server is down behind its proxy", () => refusal(502), 3],
  ])("does not try all entries one after the other while %s", async (_, failure, most) => {
    const outbox = open();
    for (const name of ["a", "b", "c", "d", "e"]) {
      answers.set(
        `/${name}`,
        Array.from({ length: 9 }, (): Error => failure()),
      );
      outbox.add(name, name, [change(`/${name}`)]);
    }
    await vi.advanceTimersByTimeAsync(999);
    expect(calls).toHaveLength(most);
    outbox.add("f", "f", [change("/f")]);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toHaveLength(most);
  });

  describe("with a tap that a proxy never lets through", () => {
    const minute = 60_000;

    async function waitUntilStuck(more: readonly string[] = []): Promise<Outbox<string>> {
      const outbox = open();
      answers.set(
        "/a",
        Array.from({ length: 99 }, (): Error => refusal(403, "unknown")),
      );
      for (const name of ["a", ...more]) outbox.add("1", name, [change(`/${name}`)]);
      await vi.advanceTimersByTimeAsync(minute - 1);
      expect(outbox.stuck.value).toEqual([]);
      await vi.advanceTimersByTimeAsync(minute / 2);
      expect(outbox.stuck.value).toMatchObject([{ entry: { intent: "a" }, behind: more.length, isTrying: false }]);
      return outbox;
    }

    it("shows it after a minute, and goes on to repeat it", async () => {
      const outbox = await waitUntilStuck(["b", "c"]);
      const before = calls.length;
      await vi.advanceTimersByTimeAsync(minute);
      expect(calls.length).toBeGreaterThan(before);
      answers.delete("/a");
      await vi.advanceTimersByTimeAsync(minute);
      expect(outbox.stuck.value).toEqual([]);
      expect(calls.slice(-4)).toEqual(["/b", "sent b /b", "/c", "sent c /c"]);
    });

    it("sends the taps on other orders at once, however often it has failed", async () => {
      const outbox = await waitUntilStuck();
      outbox.add("2", "b", [change("/b")]);
      await vi.advanceTimersByTimeAsync(0);
      expect(calls.slice(-2)).toEqual(["/b", "sent b /b"]);
      expect(outbox.stuck.value).toHaveLength(1);
    });

    it("tries it at once when a person asks for it", async () => {
      const outbox = await waitUntilStuck();
      answers.delete("/a");
      outbox.retry(outbox.stuck.value[0]?.entry.id ?? "");
      expect(outbox.stuck.value).toMatchObject([{ isTrying: true }]);
      await vi.advanceTimersByTimeAsync(0);
      expect(calls.slice(-2)).toEqual(["/a", "sent a /a"]);
      expect(outbox.stuck.value).toEqual([]);
    });

    it("sends the later taps of the order once a person has discarded it", async () => {
      const outbox = await waitUntilStuck(["b"]);
      outbox.discard(outbox.stuck.value[0]?.entry.id ?? "");
      expect(outbox.stuck.value).toEqual([]);
      await vi.advanceTimersByTimeAsync(0);
      expect(calls.slice(-2)).toEqual(["/b", "sent b /b"]);
    });

    it("discards it also while it is under way, and ignores its answer", async () => {
      const outbox = await waitUntilStuck(["b"]);
      const { id } = outbox.stuck.value[0]?.entry ?? { id: "" };
      answers.set("/a", [refusal(409)]);
      outbox.retry(id);
      outbox.discard(id);
      expect(outbox.entries.value.map(({ intent }) => intent)).toEqual(["b"]);
      await vi.advanceTimersByTimeAsync(0);
      expect(calls.slice(-3)).toEqual(["/a failed", "/b", "sent b /b"]);
    });

    it("does not show it while it is retried because the connection is back", async () => {
      const outbox = await waitUntilStuck();
      outbox.retryNow();
      expect(outbox.stuck.value).toEqual([]);
      await vi.advanceTimersByTimeAsync(0);
      expect(outbox.stuck.value).toHaveLength(1);
    });
  });

  it("undoes an entry that failed, but not one in flight", async () => {
    const outbox = open();
    answers.set("/a", [new Unreachable("")]);
    const first = outbox.add("1", "a", [change("/a")]);
    const second = outbox.add("1", "b", [change("/b")]);
    expect([outbox.undo(first.id), outbox.undo(second.id)]).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(0);
    expect(outbox.undo(first.id)).toBe(true);
    outbox.add("1", "c", [change("/c")]);
    outbox.retryNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["/a failed", "/c", "sent c /c"]);
  });

  it("sends at once when the connection is back", async () => {
    const outbox = open();
    answers.set("/a", [new Unreachable("")]);
    outbox.add("1", "a", [change("/a")]);
    await vi.advanceTimersByTimeAsync(0);
    outbox.retryNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["/a failed", "/a", "sent a /a"]);
  });

  it("drops what the server refuses, and goes on", async () => {
    const outbox = open();
    answers.set("/a", [refusal(409)]);
    outbox.add("1", "a", [change("/a"), change("/never")]);
    outbox.add("2", "b", [change("/b")]);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["/a failed", "refused a", "/b", "sent b /b"]);
  });

  it("keeps unsent entries across a reload and the end of a session", async () => {
    const before = open();
    answers.set("/a", [refusal(401)]);
    before.add("1", "a", [change("/a")]);
    await vi.advanceTimersByTimeAsync(0);
    before.stop();
    expect(calls).toEqual(["/a failed", "signed out"]);
    expect(open().entries.value).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls.slice(2)).toEqual(["/a", "sent a /a"]);
  });

  it("works without storage, and says that it does not keep", async () => {
    vi.stubGlobal("localStorage", undefined);
    const outbox = open();
    answers.set("/a", [new Unreachable("")]);
    outbox.add("1", "a", [change("/a")]);
    expect(outbox.isDurable.value).toBe(false);
    expect(outbox.entries.value).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(calls).toEqual(["/a failed", "/a", "sent a /a"]);
  });

  it("undoes only held entries in a tab that does not lead: the leader may be sending the others", async () => {
    const outbox = open();
    setLeads(false);
    const [first, second] = ["a", "b"].map((name) => outbox.add(name, name, [change(`/${name}`)], 5_000));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(outbox.undo(first?.id ?? "")).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(outbox.undo(second?.id ?? "")).toBe(false);
    expect(outbox.entries.value.map(({ intent }) => intent)).toEqual(["b"]);
  });

  it("leaves sending to the tab that leads", async () => {
    const outbox = open();
    setLeads(false);
    outbox.add("1", "a", [change("/a")]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toEqual([]);
    setLeads(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["/a", "sent a /a"]);
  });
});

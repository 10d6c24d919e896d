import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { leader } from "./leader";
import { stubStorage } from "./stubs";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Like the locks of a browser: one holder, a queue, and a request that steals takes the lock at once. */
function fakeLocks() {
  type Request = { run: () => Promise<void>; end: (failure?: Error) => void };
  let holder: Request | undefined;
  const queue: Request[] = [];
  function grant(next: Request | undefined): void {
    holder = next;
    void next?.run().then(() => {
      if (holder !== next) return;
      next.end();
      grant(queue.shift());
    });
  }
  return {
    request: (_: string, { steal, signal }: LockOptions, run: () => Promise<void>) =>
      new Promise<void>((resolve, reject) => {
        const one = { run, end: (failure?: Error) => (failure ? reject(failure) : resolve()) };
        signal?.addEventListener("abort", () => {
          const index = queue.indexOf(one);
          if (index < 0) return;
          queue.splice(index, 1);
          reject(new Error("aborted"));
        });
        if (steal) holder?.end(new Error("stolen"));
        if (steal || !holder) grant(one);
        else queue.push(one);
      }),
  };
}

describe("the tab that leads", () => {
  let log: string[];
  const settled = () => vi.advanceTimersByTimeAsync(0);

  function tab(name: string, locks: object | undefined, visibilityState = "visible") {
    const page = Object.assign(new EventTarget(), { visibilityState });
    const here = () => {
      vi.stubGlobal("document", page);
      vi.stubGlobal("navigator", { locks });
    };
    here();
    const stop = leader("k")((leads) => log.push(`${name} ${leads ? "leads" : "follows"}`));
    return {
      stop,
      show: (state: string) => {
        here();
        page.visibilityState = state;
        page.dispatchEvent(new Event("visibilitychange"));
      },
    };
  }

  beforeEach(() => {
    stubStorage();
    log = [];
  });

  it("is the visible one", async () => {
    const locks = fakeLocks();
    const first = tab("first", locks);
    await settled();
    first.show("hidden");
    const second = tab("second", locks);
    await settled();
    expect(log).toEqual(["first leads", "second leads", "first follows"]);
    second.show("hidden");
    first.show("visible");
    await settled();
    expect(log.slice(3)).toEqual(["first leads", "second follows"]);
  });

  it("is a hidden one if there is no other, or the other has closed", async () => {
    const locks = fakeLocks();
    tab("first", locks, "hidden");
    await settled();
    const second = tab("second", locks);
    await settled();
    expect(log).toEqual(["first leads", "second leads", "first follows"]);
    second.stop();
    await settled();
    expect(log.slice(3)).toEqual(["first leads"]);
  });

  it("is a single one even without the Web Locks API", async () => {
    const first = tab("first", undefined);
    await vi.advanceTimersByTimeAsync(1_500);
    const second = tab("second", undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log).toEqual(["first leads"]);
    first.stop();
    await vi.advanceTimersByTimeAsync(8_000);
    expect(log).toEqual(["first leads", "second leads"]);
    second.stop();
  });

  it("is no longer the one whose lease has passed to another while it was frozen", async () => {
    const first = tab("first", undefined);
    await vi.advanceTimersByTimeAsync(1_500);
    localStorage.setItem("tiffin.k.lease", `another ${Date.now() + 5_000}`);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log).toEqual(["first leads", "first follows"]);
    first.stop();
  });
});

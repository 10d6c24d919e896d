import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serially, waitMaxMs } from "./serially";

describe("serially", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("answers all calls during a run by one more run", async () => {
    const ends: (() => void)[] = [];
    const run = serially(() => new Promise<boolean>((end) => ends.push(() => end(true))));

    const all = [run(), run(), run()];
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await Promise.all(all);

    expect(ends).toHaveLength(2);
    run();
    expect(ends).toHaveLength(3);
  });

  it("retries a failed task with growing delays until it succeeds", async () => {
    const task = vi.fn(() => Promise.resolve(false));
    const run = serially(task, () => 1);
    await run();

    for (const [failed, wait] of [1_000, 2_000, 4_000, 8_000, waitMaxMs, waitMaxMs].entries()) {
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(task).toHaveBeenCalledTimes(failed + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(task).toHaveBeenCalledTimes(failed + 2);
    }
    task.mockResolvedValue(true);
    await vi.advanceTimersByTimeAsync(waitMaxMs);
    await vi.advanceTimersByTimeAsync(10 * waitMaxMs);
    expect(task).toHaveBeenCalledTimes(8);
  });

  it("does not wait when it is called, and begins with short pauses after a success", async () => {
    const task = vi.fn(() => Promise.resolve(false));
    const run = serially(task, () => 1);
    await run();
    await vi.advanceTimersByTimeAsync(1_000);
    task.mockResolvedValueOnce(true);
    await run();
    await vi.advanceTimersByTimeAsync(waitMaxMs);
    expect(task).toHaveBeenCalledTimes(3);

    await run();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(task).toHaveBeenCalledTimes(5);
  });
});

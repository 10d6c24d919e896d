import { describe, expect, it } from "vitest";
import { serially } from "./serially";

describe("serially", () => {
  it("answers all calls during a run by one more run", async () => {
    const ends: (() => void)[] = [];
    const run = serially(() => new Promise<void>((end) => ends.push(end)));

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
});

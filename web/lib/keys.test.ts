import { describe, expect, it, vi } from "vitest";
import { type KeyMap, keyReader, remapped, storedKeys } from "./keys";

const map: KeyMap<"bump" | "undo"> = { bump: ["Enter"], undo: ["Backspace", "-"] };

describe("keys", () => {
  it("are commands, and numbers of tiles", () => {
    const read = keyReader(map);
    expect(read("-")).toEqual({ command: "undo" });
    expect(read("7")).toEqual({ tile: 7 });
    expect(read("x")).toBeUndefined();
  });

  it("name tiles from 10 on by 0 and a digit", () => {
    const read = keyReader(map);
    expect([read("0"), read("3"), read("3")]).toEqual([undefined, { tile: 13 }, { tile: 3 }]);
    expect([read("0"), read("0")]).toEqual([undefined, { tile: 10 }]);
  });

  it("forget a 0 that another key follows", () => {
    const read = keyReader(map);
    read("0");
    read("Enter");
    expect(read("4")).toEqual({ tile: 4 });
  });

  it("forget a 0 that nothing follows", () => {
    vi.useFakeTimers();
    const read = keyReader(map);
    read("0");
    vi.advanceTimersByTime(2_000);
    expect(read("4")).toEqual({ tile: 4 });
    vi.useRealTimers();
  });

  it("are taken from the command that had them", () => {
    expect(remapped(map, "bump", "-")).toEqual({ bump: ["-"], undo: ["Backspace"] });
    expect(keyReader(remapped(map, "bump", "5"))("5")).toEqual({ command: "bump" });
  });

  it("are the defaults where the device stores nothing", () => {
    expect(storedKeys("none", map)).toEqual(map);
  });
});

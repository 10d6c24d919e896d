import { describe, expect, it } from "vitest";
import { acceptanceSound } from "./sound";

describe("the sound of an order that is not accepted", () => {
  it("is a reminder, and then an alarm every 10 s", () => {
    const sounds: string[] = [];
    for (let second = 1; second <= 120; second++) {
      const sound = acceptanceSound(60_000, 90_000, (second - 1) * 1_000, second * 1_000);
      if (sound) sounds.push(`${second} ${sound}`);
    }
    expect(sounds).toEqual(["60 reminder", "90 alarm", "100 alarm", "110 alarm", "120 alarm"]);
  });

  it("is one alarm after a gap, such as that of a tablet which slept", () => {
    expect(acceptanceSound(60_000, 90_000, 30_000, 200_000)).toBe("alarm");
    expect(acceptanceSound(60_000, 90_000, 200_500, 201_000)).toBeUndefined();
  });
});

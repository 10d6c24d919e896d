import { describe, expect, it } from "vitest";
import { clockTime, money } from "./format";
import { language, translator } from "./i18n";

describe("format", () => {
  it("divides money by the minor units of its currency", () => {
    expect(money({ amount: 71940, currency: "INR" })).toBe("₹719.40");
    expect(money({ amount: 720, currency: "JPY" })).toContain("720");
  });

  it("shows the time of day in the zone of the kitchen, in 24 hours", () => {
    expect(clockTime("2026-07-01T18:35:00Z", "Asia/Kolkata")).toBe("00:05");
  });

  it("follows the language, with Latin digits", () => {
    const t = translator({ en: { late: "{n} late" }, hi: { late: "{n} देर से" } });
    language.value = "hi";
    expect(t("late", { n: 3 })).toBe("3 देर से");
    expect(clockTime("2026-07-01T18:35:00Z", "Asia/Kolkata")).toBe("00:05");
    language.value = "en";
    expect(t("late", { n: 3 })).toBe("3 late");
  });
});

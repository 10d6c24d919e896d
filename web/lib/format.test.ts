import { describe, expect, it } from "vitest";
import { clockTime, dayName, dayTime, money, timeOrDay } from "./format";
import { language, translator } from "./i18n";

describe("format", () => {
  it("divides money by the minor units of its currency", () => {
    expect(money({ amount: 71940, currency: "INR" })).toBe("₹719.40");
    expect(money({ amount: 720, currency: "JPY" })).toContain("720");
  });

  it("leaves out minor units where they do not matter", () => {
    expect(money({ amount: 11_239_528, currency: "INR" }, "whole")).toBe("₹1,12,395");
    expect(money({ amount: 72_049, currency: "JPY" }, "whole")).toContain("72,049");
    expect(money({ amount: 50_000_000, currency: "INR" }, "compact")).toMatch(/^₹5(\.0)?L/);
  });

  it("begins a day at local midnight, even where the UTC offset includes 45 minutes", () => {
    const [before, after] = ["2026-01-31T18:14:59.999Z", "2026-01-31T18:15:00Z"];
    expect([before, after].map((at) => dayName(at, "Asia/Kathmandu"))).toEqual(["Sat, 31 Jan", "Sun, 1 Feb"]);
    expect([after, before].map((at) => dayName(at, "Asia/Kolkata"))).toEqual(["Sat, 31 Jan", "Sat, 31 Jan"]);
  });

  it("names days and times in the zone of the kitchen", () => {
    expect(dayTime("2026-07-01T18:35:00Z", "Asia/Kolkata")).toBe("2 Jul, 00:05");
    expect(dayName("2026-07-01T18:35:00Z", "Asia/Kolkata")).toBe("Thu, 2 Jul");
  });

  it("names the day of a time that is not of today", () => {
    const now = Date.parse("2026-07-01T16:00:00Z");
    expect(timeOrDay("2026-07-01T18:00:00Z", now, "Asia/Kolkata")).toBe("23:30");
    expect(timeOrDay("2026-07-01T22:30:00Z", now, "Asia/Kolkata")).toBe("2 Jul, 04:00");
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

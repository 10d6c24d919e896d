import { describe, expect, it } from "vitest";
import { dateIn, endOfDay, hourMs, midnightOf, nextTimeAt, startOfDay } from "./zone";

const at = (text: string) => Date.parse(text);
const text = (ms: number) => new Date(ms).toISOString();

describe("days of a kitchen", () => {
  it("start at midnight of the kitchen's zone", () => {
    expect(text(startOfDay(at("2026-01-31T19:00:00Z"), "Asia/Kolkata"))).toBe("2026-01-31T18:30:00.000Z");
    expect(text(startOfDay(at("2026-01-31T18:29:59.5Z"), "Asia/Kolkata"))).toBe("2026-01-30T18:30:00.000Z");
  });

  it("move by the calendar where summer time makes a day of 23 hours", () => {
    const after = startOfDay(at("2026-03-29T12:00:00Z"), "Europe/Berlin", 1);
    expect(after - startOfDay(at("2026-03-29T12:00:00Z"), "Europe/Berlin")).toBe(23 * hourMs);
  });

  it("find the next four in the morning, today or tomorrow", () => {
    expect(text(nextTimeAt(4, at("2026-01-31T20:00:00Z"), "Asia/Kolkata"))).toBe("2026-01-31T22:30:00.000Z");
    expect(text(nextTimeAt(4, at("2026-01-31T22:30:00Z"), "Asia/Kolkata"))).toBe("2026-02-01T22:30:00.000Z");
  });

  it("find it in local time when summer time begins or ends before it", () => {
    expect(text(nextTimeAt(4, at("2026-03-28T20:00:00Z"), "Europe/Berlin"))).toBe("2026-03-29T02:00:00.000Z");
    expect(text(nextTimeAt(4, at("2026-10-24T20:00:00Z"), "Europe/Berlin"))).toBe("2026-10-25T03:00:00.000Z");
  });

  it("end at four in the morning, after the last order of a night", () => {
    expect(text(endOfDay(at("2026-07-01T16:00:00Z"), "Asia/Kolkata"))).toBe("2026-07-01T22:30:00.000Z");
    expect(text(endOfDay(at("2026-07-01T19:00:00Z"), "Asia/Kolkata"))).toBe("2026-07-01T22:30:00.000Z");
  });

  it("convert to dates and back", () => {
    expect(dateIn(at("2026-01-31T19:00:00Z"), "Asia/Kolkata")).toBe("2026-02-01");
    expect(midnightOf("2026-02-01", "Asia/Kolkata")).toBe(at("2026-01-31T18:30:00Z"));
    expect(midnightOf("yesterday", "Asia/Kolkata")).toBeNaN();
  });
});

import { afterEach, expect, it } from "vitest";
import { countdown } from "./countdown";
import { language } from "./i18n";

const second = 1_000;
const minute = 60 * second;

afterEach(() => {
  language.value = "en";
});

it("the time left is in minutes and seconds, and never negative", () => {
  language.value = "en";
  expect([125 * second, 60 * minute - second, -5 * second].map((left) => countdown(left, 0))).toEqual([
    "2:05",
    "59:59",
    "0:00",
  ]);
});

it("an order that is placed at night for the next day has hours, not 662 minutes", () => {
  const left = 662 * minute + 15 * second;
  language.value = "en";
  expect(countdown(left, 0)).toBe("11 h 2 min");
  expect(countdown(60 * minute, 0)).toBe("1 h 0 min");
  language.value = "hi";
  expect(countdown(left, 0)).toBe("11 घंटे 2 मिनट");
});

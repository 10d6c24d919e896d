import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Aged, recall as recallWith, remember } from "./remembered";
import { store } from "./stored";
import { stubStorage } from "./stubs";

const noon = Date.parse("2026-11-28T12:00:00Z");
const anHour = 3_600_000;

const recall = (name: string, now: number) => recallWith(name, now, (shown: Aged) => shown);

beforeEach(stubStorage);

afterEach(() => void vi.unstubAllGlobals());

it("what a device showed expires after six hours by the server's clock", () => {
  const shown = { heardAt: noon - anHour, offsetMs: -anHour };
  remember("stock.last.blr-01", shown);
  expect(recall("stock.last.blr-01", noon + 6 * anHour - 1)).toEqual(shown);
  expect(recall("stock.last.blr-01", noon + 6 * anHour)).toBeUndefined();
  expect(recall("stock.last.blr-01", noon - 1)).toBeUndefined();
});

it("nothing is recalled that was not stored, cannot be read, or has no age", () => {
  store("cut", "{");
  store("ageless", '{"levels":[]}');
  for (const name of ["none", "cut", "ageless"]) expect(recall(name, noon)).toBeUndefined();
});

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Api, Schemas } from "../lib/api";
import type { ServerClock } from "../lib/clock";
import { stubStorage } from "../lib/stubs";
import { availability } from "./intents";
import { offItemsOf, readMenu, recallMenu, withPendingOffs } from "./menu";

const noon = Date.parse("2026-11-28T12:00:00Z");
const price = { amount: 100, currency: "INR" };
const ghee: Schemas["MenuModifier"] = { itemId: "ghee", name: "Ghee", price, available: true };
const dosa = (itemId: string, modifiers: Schemas["MenuModifier"][] = []): Schemas["MenuItem"] => {
  return { itemId, name: itemId, brandId: "dosa", price, available: true, modifiers };
};

function reading(mode: "online" | "paused") {
  const menu = { kitchenId: "blr-01", mode: { mode, delayMinutes: 0 }, data: [dosa("masala", [ghee])] };
  const api = { get: () => Promise.resolve(menu) } as unknown as Api;
  return { api, kitchenId: "blr-01", clock: { now: () => Date.now() } as ServerClock };
}

beforeEach(() => {
  stubStorage();
  vi.useFakeTimers({ now: noon });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("an extra of several items is listed once, after the items", () => {
  const items = offItemsOf({ data: [dosa("masala", [ghee]), dosa("plain", [{ ...ghee, available: false }])] });

  expect(items.map(({ itemId, isExtra, available }) => [itemId, isExtra, available])).toEqual([
    ["masala", false, true],
    ["plain", false, true],
    ["ghee", true, true],
  ]);
});

it("without the server the menu is the one read last, with its age, for the shift", async () => {
  expect(recallMenu("blr-01")).toBeUndefined();
  const items = await readMenu(reading("online"));

  vi.setSystemTime(noon + 3_600_000);
  expect(recallMenu("blr-01")).toEqual({ items, asOf: noon });
  vi.setSystemTime(noon + 7 * 3_600_000);
  expect(recallMenu("blr-01")).toBeUndefined();
});

it("the menu of a pause is not kept, because all of it is off", async () => {
  await readMenu(reading("paused"));

  expect(recallMenu("blr-01")).toBeUndefined();
});

it("a tap that is not sent yet has the end that the cook chose, and not that of an earlier one", () => {
  const off = { ...dosa("masala"), available: false, until: "2026-11-28T15:00:00Z", offBy: "Tandoor" };
  const menu = offItemsOf({ data: [off, dosa("plain")] });
  const tap = (itemId: string, until?: string) => availability("blr-01", itemId, itemId, until).intent;
  const until = "2026-11-28T13:00:00Z";

  const taken = withPendingOffs(menu, [tap("plain", until), tap("masala")]);

  expect(taken[1]).toMatchObject({ itemId: "plain", available: false, until });
  expect(taken[0]).toMatchObject({ itemId: "masala", available: true });
  expect(taken[0]).not.toHaveProperty("until");
  expect(taken[0]).not.toHaveProperty("offBy");
  expect(withPendingOffs(menu, [])).toEqual(menu);
});

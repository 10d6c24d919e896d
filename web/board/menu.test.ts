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

const mode = { mode: "online" as const, delayMinutes: 0 };

function reading(masala = dosa("masala", [ghee])) {
  const menu = { kitchenId: "blr-01", mode, data: [masala] };
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
  const items = offItemsOf({ mode, data: [dosa("masala", [ghee]), dosa("plain", [{ ...ghee, available: false }])] });

  expect(items.map(({ itemId, isExtra, available }) => [itemId, isExtra, available])).toEqual([
    ["masala", false, true],
    ["plain", false, true],
    ["ghee", true, true],
  ]);
});

it("without the server the last menu that was read is used for a shift, with its age", async () => {
  expect(recallMenu("blr-01")).toBeUndefined();
  const items = await readMenu(reading());

  vi.setSystemTime(noon + 3_600_000);
  expect(recallMenu("blr-01")).toEqual({ items, asOf: noon });
  vi.setSystemTime(noon + 7 * 3_600_000);
  expect(recallMenu("blr-01")).toBeUndefined();
});

it("in a pause, only the items that were taken off are listed as off", async () => {
  const off = { available: false };
  const menu = {
    data: [
      { ...dosa("masala", [{ ...ghee, ...off }]), ...off, off: true },
      { ...dosa("plain"), ...off },
    ],
  };
  const items = offItemsOf({ ...menu, mode: { mode: "paused", delayMinutes: 0 } });

  expect(items.map(({ itemId, available }) => [itemId, available])).toEqual([
    ["masala", false],
    ["plain", true],
    ["ghee", true],
  ]);
});

it("a tap that is not sent yet has the end that the cook chose, and not that of an earlier one", () => {
  const off = { ...dosa("masala"), available: false, until: "2026-11-28T15:00:00Z", offBy: "Tandoor" };
  const menu = offItemsOf({ mode, data: [off, dosa("plain")] });
  const tap = (itemId: string, until?: string) => availability("blr-01", itemId, itemId, until).intent;
  const until = "2026-11-28T13:00:00Z";

  const taken = withPendingOffs(menu, [tap("plain", until), tap("masala")]);

  expect(taken[1]).toMatchObject({ itemId: "plain", available: false, until });
  expect(taken[0]).toMatchObject({ itemId: "masala", available: true });
  expect(taken[0]).not.toHaveProperty("until");
  expect(taken[0]).not.toHaveProperty("offBy");
  expect(withPendingOffs(menu, [])).toEqual(menu);
});

it("is stored without the names of staff", async () => {
  const off = { ...dosa("masala"), available: false, offBy: "Meera" };

  const [shown] = await readMenu(reading(off));

  expect(shown?.offBy).toBe("Meera");
  expect(recallMenu("blr-01")?.items[0]).toMatchObject({ itemId: "masala", available: false });
  expect(recallMenu("blr-01")?.items[0]).not.toHaveProperty("offBy");
});

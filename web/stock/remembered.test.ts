import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { stubStorage } from "../lib/stubs";
import { type Remembered, recall, remember } from "./remembered";

const noon = Date.parse("2026-11-28T12:00:00Z");

beforeEach(stubStorage);

afterEach(() => void vi.unstubAllGlobals());

it("the stock that a device remembers has its dishes, without the names of staff", () => {
  const curry = { itemId: "curry", name: "Curry", available: false, offBy: "Meera" };
  const stock = { levels: [], dishes: [curry], paused: false, supplies: {} };
  remember({ kitchen: { id: "blr-01" }, stock, isManager: false, heardAt: noon, offsetMs: 0 } as unknown as Remembered);

  const [dish] = recall("blr-01", noon)?.stock.dishes ?? [];

  expect(dish).toMatchObject({ itemId: "curry", available: false });
  expect(dish).not.toHaveProperty("offBy");
});

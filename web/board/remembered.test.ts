import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { store } from "../lib/stored";
import { stubStorage } from "../lib/stubs";
import { emptyCatalogue } from "./catalogue";
import { at, board, noon, order } from "./examples";
import { recall, shownOf } from "./remembered";
import { emptyBoard, type Order, replace, take } from "./state";

const kitchen = { id: "blr-01", name: "Indiranagar", timeZone: "Asia/Kolkata" } as never;
const catalogue = { ...emptyCatalogue, kitchen, brands: new Map([["biryani-house", "Biryani House"]]) };
const anHour = 3_600_000;

beforeEach(stubStorage);

afterEach(() => void vi.unstubAllGlobals());

function remembered(state = replace(emptyBoard, board([order("o1")])), offsetMs = 0): void {
  store("board.blr-01", JSON.stringify(shownOf({ state, catalogue, heardAt: noon + offsetMs, offsetMs })));
}

describe("the board that a device remembers", () => {
  it("has the orders, names and age of the one that was shown", () => {
    const items = [{ itemId: "biryani", recipe: [], stationId: "tandoor" }];
    const state = replace(
      emptyBoard,
      board([order("o1"), order("o2", { status: "ready" })], { items, allergyWords: ["kosher"] }),
    );
    remembered(state);
    const known = recall("blr-01", noon + anHour);
    expect(known?.state).toEqual(state);
    expect(known?.catalogue).toEqual(catalogue);
    expect(known?.heardAt).toBe(noon);
  });

  it("names neither the customer nor the courier", () => {
    const named = order("o1", {
      customer: { name: "Ananya Rao", phone: "+919000012345" },
      fulfilment: { type: "delivery", address: { line1: "12, 4th Main" } as never },
      courierId: "ravi-7",
      courierContact: { name: "Ravi Menon" } as never,
      collectionCode: "4711",
      deliveryCode: "4712",
      timeline: [
        { status: "accepted", at: at(1), by: "kitchen", who: "Meera", implied: false },
        { status: "ready", at: at(3), by: "kitchen", courierId: "ravi-7", implied: false },
      ],
      trackingUrl: "https://tiffin.example/t/secret",
    });
    const state = replace(emptyBoard, board([named]));
    const text = JSON.stringify(shownOf({ state, catalogue, heardAt: noon, offsetMs: 0 }));
    expect(text).toContain('"o1"');
    expect(text).not.toMatch(/Ananya|9000012345|4th Main|ravi|471|Meera|secret/i);
    expect(text).toContain('"courierId":""');
  });

  it("has a cancelled order until the cook has seen it, and none that has left or waits for its time", () => {
    const schedule = { releaseAt: at(60) } as never;
    const state = take(
      replace(emptyBoard, board([order("o1"), order("o2", { status: "out_for_delivery" }), order("o3", { schedule })])),
      order("o1", { status: "cancelled", version: 3 }),
    );
    remembered(state);
    expect([...(recall("blr-01", noon)?.state.orders.values() ?? [])].map((one) => [one.id, one.status])).toEqual([
      ["o1", "cancelled"],
    ]);
  });

  it("keeps bumped orders that have left the kitchen, without customers and notes", () => {
    const bumped = order("o1", {
      status: "out_for_delivery",
      customer: { name: "Ananya Rao" },
      lines: [{ ...(order("o1").lines[0] as Order["lines"][number]), note: "ring at Rao" }],
    });
    const state = take(replace(emptyBoard, board([order("o1")])), { ...bumped, version: 3 });
    remembered(state);
    const left = recall("blr-01", noon)?.state.left;
    expect(left?.map((one) => [one.id, one.status])).toEqual([["o1", "out_for_delivery"]]);
    expect(JSON.stringify(left)).not.toContain("Rao");
  });

  it("is not used for another kitchen, or if the stored text cannot be read", () => {
    remembered();
    expect(recall("blr-02", noon)).toBeUndefined();
    for (const text of ["{", JSON.stringify({ heardAt: noon, offsetMs: 0, orders: { o1: {} } })]) {
      store("board.blr-01", text);
      expect(recall("blr-01", noon)).toBeUndefined();
    }
  });
});

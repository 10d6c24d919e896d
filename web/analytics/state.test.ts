import { describe, expect, it } from "vitest";
import { hourMs } from "../lib/zone";
import { boundsOf, daysOf, presetOf, queryOf, rangeOf, sameDaysBefore } from "./range";
import {
  amountIn,
  changeOf,
  compared,
  countOf,
  falling,
  itemsMax,
  keptShare,
  mainCurrency,
  oldest,
  promisePoints,
  scaleOf,
  soFar,
  stagePoints,
  wasteByUnit,
} from "./state";

const zone = "Asia/Kolkata";
const now = Date.parse("2026-01-31T13:05:00Z"); // Saturday, 18:35 in the kitchen
const midnight = Date.parse("2026-01-30T18:30:00Z");
const iso = (at: number) => new Date(at).toISOString();

describe("the range", () => {
  it("is today unless the address says otherwise", () => {
    expect(rangeOf(new URLSearchParams(), now, zone)).toEqual({ first: "2026-01-31", last: "2026-01-31" });
    const query = "kitchen=blr-01&from=2026-01-25&to=2026-01-30";
    const range = { kitchen: "blr-01", first: "2026-01-25", last: "2026-01-30" };
    expect(rangeOf(new URLSearchParams(query), now, zone)).toEqual(range);
    expect(queryOf(range).toString()).toBe(query);
  });

  it("ignores invalid and reversed dates, and longer ranges than the API accepts", () => {
    for (const query of ["from=soon", "from=2026-02-01&to=2026-01-31", "from=2024-01-01&to=2026-01-31"])
      expect(rangeOf(new URLSearchParams(query), now, zone).first).toBe("2026-01-31");
  });

  it("ends at midnight, or now", () => {
    expect(boundsOf({ first: "2026-01-31", last: "2026-01-31" }, now, zone)).toEqual({ from: midnight, to: now });
    const yesterday = boundsOf({ first: "2026-01-29", last: "2026-01-30" }, now, zone);
    expect(yesterday).toEqual({ from: midnight - 48 * hourMs, to: midnight });
  });

  it("has presets of whole days", () => {
    expect(presetOf("week", now, zone)).toEqual({ first: "2026-01-25", last: "2026-01-31" });
    expect(daysOf(presetOf("month", now, zone), zone)).toBe(28);
  });

  it("is compared with the same weekdays, and only up to the same time", () => {
    const today = sameDaysBefore({ first: "2026-01-31", last: "2026-01-31" }, now, zone);
    expect([iso(today.from), iso(today.to)]).toEqual(["2026-01-23T18:30:00.000Z", "2026-01-24T13:05:00.000Z"]);
    const ten = sameDaysBefore({ first: "2026-01-22", last: "2026-01-31" }, now, zone);
    expect(iso(ten.from)).toBe("2026-01-07T18:30:00.000Z");
  });
});

describe("a day compared with the same weekdays", () => {
  const at = (days: number, hour: number) => iso(midnight + (days * 24 + hour) * hourMs);
  const points = [
    { start: at(0, 12), value: 40 },
    { start: at(0, 18), value: 3 },
    ...[10, 20, 30, 44].map((value, week) => ({ start: at(-7 * (week + 1), 12), value })),
    { start: at(-1, 12), value: 999 },
  ];
  const hours = compared(points, countOf, now, now, zone);

  it("has their least, middle and most", () => {
    expect(hours[12]).toEqual({ hour: 12, today: 40, usual: 25, low: 10, high: 44 });
    expect(hours[3]).toEqual({ hour: 3, today: 0, usual: 0, low: 0, high: 0 });
  });

  it("leaves out the running hour: it would look like a fall", () => {
    expect(hours[18]?.today).toBeUndefined();
    expect(soFar(hours)).toEqual({ today: 40, usual: 25, hours: 18 });
  });

  it("includes what starts in the middle of an hour because a kitchen has another time zone", () => {
    const half = 0.5 * hourMs;
    const other = [
      { start: iso(Date.parse(at(0, 12)) + half), value: 2 },
      { start: iso(Date.parse(at(-7, 12)) + half), value: 5 },
      { start: iso(Date.parse(at(0, 17)) + half), value: 1 },
    ];
    const both = compared([...points, ...other], countOf, now, now, zone);
    expect(both[12]).toEqual({ hour: 12, today: 42, usual: 25, low: 15, high: 44 });
    // This hour ends at 18:30. It is over at 18:35, but not at 18:25.
    expect(both[17]?.today).toBe(1);
    expect(compared(other, countOf, now, now - 10 * 60_000, zone)[17]?.today).toBeUndefined();
  });

  it("keeps all hours of a day that has 25, or 23", () => {
    const berlin = "Europe/Berlin";
    const start = (hours: number) => iso(Date.parse("2026-10-24T22:00:00Z") + hours * hourMs);
    const long = Array.from({ length: 25 }, (_, hour) => ({ start: start(hour), value: 1 }));
    const day = Date.parse("2026-10-25T12:00:00Z");
    const counts = compared(long, countOf, day, day + 48 * hourMs, berlin).map(({ today }) => today);
    expect(counts).toEqual(Array.from({ length: 24 }, (_, hour) => (hour === 2 ? 2 : 1)));
    const later = compared(long, countOf, day + 7 * 24 * hourMs, day + 9 * 24 * hourMs, berlin);
    expect(later.map(({ high }) => high)).toEqual(counts);
    const short = Array.from({ length: 23 }, (_, hour) => ({
      start: iso(Date.parse("2026-03-28T23:00:00Z") + hour * hourMs),
      value: 1,
    }));
    const spring = compared(short, countOf, Date.parse("2026-03-29T12:00:00Z"), day, berlin);
    expect(spring.map(({ today }) => today)).toEqual(Array.from({ length: 24 }, (_, hour) => (hour === 2 ? 0 : 1)));
  });

  it("reads money of one currency", () => {
    const revenue = [
      { amount: 1, currency: "INR" },
      { amount: 9, currency: "AED" },
    ];
    expect(amountIn("AED")(revenue)).toBe(9);
    expect(amountIn("USD")(revenue)).toBe(0);
    expect(mainCurrency(revenue)).toBe("AED");
    expect(mainCurrency([])).toBeUndefined();
  });
});

describe("stages", () => {
  const seconds = { p50: 60, p90: 1260, p95: 0, p99: 0 };
  const points = stagePoints([
    { day: "2026-01-30", value: { count: 2, seconds } },
    { day: "2026-01-31", value: { count: 0 } },
  ]);

  it("are in minutes, with gaps where nothing was measured", () => {
    expect(points).toEqual([
      { label: "2026-01-30", count: 2, p50: 1, p90: 21 },
      { label: "2026-01-31", count: 0 },
    ]);
  });

  it("have one round scale", () => {
    expect(scaleOf([points, []])).toBe(30);
    expect(scaleOf([])).toBe(2);
  });
});

describe("items and waste", () => {
  const sold = (itemId: string, quantity: number) => ({ itemId, quantity, revenue: [] });

  it("fall where fewer were sold than before, the greatest loss first", () => {
    const past = [sold("gone", 6), sold("less", 50), sold("more", 10), sold("rare", 4), sold("steady", 100)];
    expect(
      falling([sold("less", 20), sold("more", 11), sold("steady", 91)], past).map(({ itemId, now: left }) => [
        itemId,
        left,
      ]),
    ).toEqual([
      ["less", 20],
      ["gone", 0],
    ]);
  });

  it("do not fall because they are missing from the best sellers: their sales are unknown, not zero", () => {
    const best = Array.from({ length: itemsMax }, (_, index) => sold(`i${index}`, 90));
    const past = [sold("i0", 100), sold("i1", 200), sold("below", 80)];
    expect(falling(best, past).map(({ itemId }) => itemId)).toEqual(["i1"]);
    expect(falling(best.slice(1), past).map(({ itemId }) => itemId)).toEqual(["i1", "i0", "below"]);
  });

  it("are as old as the oldest answer", () => {
    const answer = (position: number, time?: string) => ({ asOf: { position, ...(time && { time }) } });
    expect(oldest([answer(3, "late"), answer(2, "early"), answer(12, "last")])).toBe("early");
    expect(oldest([answer(3, "late"), answer(2)])).toBeUndefined();
  });

  it("are grouped by unit, as units cannot be compared", () => {
    const ingredients = [
      { sku: "rice", name: "Rice", unit: "g" },
      { sku: "box", name: "Box", unit: "piece" },
    ];
    const wasted = [
      { sku: "salt", quantity: 1, reasons: [{ quantity: 1 }] },
      { sku: "rice", quantity: 5, reasons: [{ quantity: 5, reason: "burnt" as const }] },
      { sku: "box", quantity: 2, reasons: [{ quantity: 2 }] },
    ];
    const groups = wasteByUnit(wasted, ingredients);
    expect([...groups.keys()]).toEqual(["g", "piece", ""]);
    expect(groups.get("g")).toEqual([{ ...wasted[1], name: "Rice", unit: "g" }]);
    expect(groups.get("")?.[0]?.name).toBe("salt");
  });

  it("change in percent, if there was something", () => {
    expect(changeOf(90, 100)).toBe(-10);
    expect(changeOf(1, 0)).toBeUndefined();
  });
});

describe("promises kept", () => {
  const late = { count: 1, seconds: { p50: 90, p90: 120, p95: 120, p99: 120 } };

  it("are a share of the orders that had one", () => {
    expect(keptShare({ count: 8, kept: 7, late })).toBe(87.5);
    expect(keptShare({ count: 0, kept: 0, late: { count: 0 } })).toBeUndefined();
  });

  it("leave a gap where no order had one, and a zero where none was kept", () => {
    const points = [
      { day: "2026-01-30", value: { count: 0, kept: 0, late: { count: 0 } } },
      { day: "2026-01-31", value: { count: 1, kept: 0, late } },
    ];
    expect(promisePoints(points)).toEqual([
      { label: "2026-01-30", count: 0, kept: undefined },
      { label: "2026-01-31", count: 1, kept: 0, p90: 2 },
    ]);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import type { Schemas } from "../lib/api";
import { language } from "../lib/i18n";
import { reasonText } from "../lib/reasons";
import type { Attention } from "./attention";
import type { KitchenRow } from "./rows";
import type { Kitchen, Operations } from "./state";
import { messageText, paymentText, sentence, untilText } from "./words";

const now = Date.parse("2026-01-31T13:00:00Z");
const hours = (count: number) => now + count * 3_600_000;
const timeZone = "Asia/Kolkata";
const state = { kitchens: new Map([["blr-01", { timeZone } as Kitchen]]) } as unknown as Operations;

const paused = (more: Partial<Extract<Attention, { kind: "paused" }>> = {}) =>
  sentence({ kind: "paused", key: "paused/blr-01", kitchenId: "blr-01", grade: "bad", rank: 500, ...more }, state, now);

afterEach(() => {
  language.value = "en";
});

describe("a pause", () => {
  it("that began yesterday or ends tomorrow is shown with its date", () => {
    expect(paused({ since: hours(-1) })).toBe("Not taking orders since 17:30");
    expect(paused({ since: hours(-24), until: hours(12) })).toBe(
      "Not taking orders since 30 Jan, 18:30, until 1 Feb, 06:30",
    );
    const row = (modeUntil?: number) => ({ modeUntil, timeZone }) as KitchenRow;
    expect([row(), row(hours(1)), row(hours(12))].map((one) => untilText(one, now))).toEqual([
      "",
      "until 19:30",
      "until 1 Feb, 06:30",
    ]);
  });

  it("says its reason in the language of the screen", () => {
    expect(paused({ reason: "not_answering" })).toBe(
      "Not taking orders: paused by the system: orders were not accepted",
    );
    language.value = "hi";
    expect(paused({ reason: "short_staffed" })).toBe("ऑर्डर नहीं ले रहा: लोग कम");
  });
});

describe("on a Hindi screen", () => {
  it("no reason that the board, the kitchen or the system gives is English", () => {
    language.value = "hi";
    const ofTheBoard = ["out_of_stock", "too_busy", "closed", "equipment", "other", "busy", "phone_broken"];
    const ofTheSystem = ["unspecified", "changed_mind", "not_accepted_in_time", "not_answering"];
    const atTheDoor = ["not_reachable", "refused", "wrong_address", "damaged"].map((one) => `delivery_failed_${one}`);
    for (const code of [...ofTheBoard, ...ofTheSystem, ...atTheDoor]) expect(reasonText(code)).not.toMatch(/[a-z]/);
  });

  it("no code of a message is English", () => {
    language.value = "hi";
    for (const channel of ["email", "phone"] as const) {
      for (const sent of ["waiting", "sending", "sent", "refused", "late", "unknown"] as const) {
        const message = { status: "out_for_delivery", channel, state: sent } as Schemas["NotificationEntry"];
        expect(messageText(message)).not.toMatch(/[a-z]/);
      }
    }
  });

  it("a payment is shown in Hindi if its codes are known, and unchanged otherwise", () => {
    const payment = { method: "cash", status: "paid" };
    expect(paymentText(payment)).toBe("cash, paid");
    expect(paymentText({ method: "gift_card" })).toBe("gift card");
    language.value = "hi";
    expect(paymentText(payment)).toBe("नकद, चुकाया गया");
    expect(paymentText({ method: "gift_card" })).toBe("gift card");
  });
});

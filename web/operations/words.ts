/** Sentences that consist of several parts. */
import type { Schemas } from "../lib/api";
import { countdown } from "../lib/countdown";
import { timeOrDay } from "../lib/format";
import { reasonText } from "../lib/reasons";
import type { Attention } from "./attention";
import type { KitchenRow } from "./rows";
import type { Operations } from "./state";
import { statusKeys, t } from "./texts";

export function sentence(one: Attention, state: Operations, now: number): string {
  switch (one.kind) {
    case "late": {
      const values = { number: one.order.number, minutes: one.minutes, count: one.count };
      return t(one.count === 1 ? "late_one" : "late_many", values);
    }
    case "accept": {
      const values = { number: one.order.number, count: one.count, time: countdown(one.secondsLeft * 1_000, 0) };
      return t(one.count === 1 ? "accept_left" : "accept_many", values);
    }
    case "courier": {
      const values = { number: one.order.number, minutes: one.minutes, count: one.count };
      return t(one.count === 1 ? "courier_one" : "courier_many", values);
    }
    case "decide":
      return t("decide_left", { number: one.order.number, minutes: one.minutes });
    case "out":
      return outSentence(one.name, one.kills);
    case "paused":
      return pausedSentence(one, state, now);
    case "webhook":
      return t("webhook_off", { host: one.host });
  }
}

function outSentence(name: string, kills: readonly string[]): string {
  if (kills.length === 0) return t("out_none", { name });
  const first = kills.slice(0, 3).join(", ");
  return t("out_kills", {
    name,
    items: kills.length > 3 ? t("and_more", { items: first, n: kills.length - 3 }) : first,
  });
}

function pausedSentence(one: Extract<Attention, { kind: "paused" }>, state: Operations, now: number): string {
  const time = (at: number) => timeOrDay(at, now, state.kitchens.get(one.kitchenId ?? "")?.timeZone);
  const since = one.since === undefined ? t("paused") : t("paused_since", { time: time(one.since) });
  const paused = one.until === undefined ? since : `${since}, ${t("until", { time: time(one.until) })}`;
  return one.reason ? `${paused}: ${reasonText(one.reason)}` : paused;
}

/** Empty for a mode that does not expire. */
export function untilText({ modeUntil, timeZone }: KitchenRow, now: number): string {
  return modeUntil === undefined ? "" : t("until", { time: timeOrDay(modeUntil, now, timeZone) });
}

/** The subject of a message, how it was sent, and its outcome. */
export function messageText({ status, channel, state }: Schemas["NotificationEntry"]): string {
  return [t(statusKeys[status]), t(`message_by_${channel}`), t(`message_${state}`)].join(" · ");
}

const payments = ["cash", "card", "upi", "wallet", "paid", "unpaid", "pending", "due", "refunded"] as const;

/** Channels may use their own codes, which are shown without translation. */
export function paymentText({ method, status }: Schemas["PaymentRequest"]): string {
  return [method, status]
    .filter((code) => code !== undefined)
    .map((code) => {
      const known = payments.find((one) => one === code);
      return known ? t(`payment_${known}`) : code.replaceAll("_", " ");
    })
    .join(", ");
}

/** The outbox of a board, and how it handles the responses to taps. */
import { batch } from "@preact/signals";
import type { Refused, Schemas } from "../lib/api";
import { createOutbox, type Outbox } from "../lib/outbox";
import { why } from "../lib/why";
import { type Core, notice, readOrder } from "./core";
import type { Intent } from "./intents";
import { acknowledge, type Order, take } from "./state";

export function createSending(core: Core): Outbox<Intent> {
  return createOutbox<Intent>({
    name: core.kitchenId,
    api: core.api,
    onSent: ({ intent }, answer) => sent(core, intent, answer),
    onRefused: ({ intent }, refusal) => void refused(core, intent, refusal),
    onSignedOut: core.onSignedOut,
  });
}

function sent({ state }: Core, intent: Intent, answer: unknown): void {
  if (!("orderId" in intent)) {
    if (intent.kind === "mode") state.value = { ...state.peek(), mode: intent.mode };
    return;
  }
  const order = answer as Order;
  batch(() => {
    state.value = take(state.peek(), order);
    // This board cancelled it: there is nothing to report.
    if (intent.kind === "cancel") state.value = acknowledge(state.peek(), order.id);
  });
}

export async function refused(core: Core, intent: Intent, refusal: Refused): Promise<void> {
  const number = "number" in intent ? intent.number : undefined;
  const truth = "orderId" in intent ? await readOrder(core, intent.orderId) : undefined;
  if (truth && isAsWanted(truth, intent)) {
    // Done on another screen meanwhile: the card is right, and a cancelled order needs no message.
    if (intent.kind === "cancel") core.state.value = acknowledge(core.state.peek(), truth.id);
    return;
  }
  notice(core, "refused", { ...(number !== undefined && { number }), detail: why(refusal.problem) ?? refusal.message });
}

const rank: Record<Schemas["OrderStatus"], number> = {
  placed: 0,
  accepted: 1,
  preparing: 2,
  ready: 3,
  out_for_delivery: 4,
  delivered: 5,
  cancelled: 6,
};

/** Whether an order is already in the state that an intent would have set. */
export function isAsWanted(order: Order, intent: Intent): boolean {
  if (order.status === "cancelled") return intent.kind === "cancel";
  if (intent.kind === "accept") return rank[order.status] >= rank.accepted;
  if (intent.kind === "bump") return rank[order.status] >= rank.ready;
  if (intent.kind === "progress") return intent.to === "done" && rank[order.status] >= rank.ready;
  if (intent.kind === "hand_over") return rank[order.status] >= rank.out_for_delivery;
  return intent.kind === "release" && order.schedule?.releasedAt !== undefined;
}

import { useComputed, useSignal } from "@preact/signals";
import { countdown } from "../lib/countdown";
import { endOfDay } from "../lib/zone";
import { CardFacts, type CardProps, Face, PlainLines } from "./card-parts";
import { type Card, mayBeOut } from "./cards";
import { Icon } from "./icons";
import { accept, availability, type CancelReason, cancel } from "./intents";
import type { BoardModel } from "./model";
import { OrderButton } from "./order-button";
import { awaitsRelease, type Order } from "./state";
import { t } from "./texts";

const minuteChoices = [10, 15, 20, 30] as const;
const reasons: readonly CancelReason[] = ["out_of_stock", "too_busy", "closed", "equipment", "other"];

/** A new order that the kitchen must accept or deny: the choice takes the whole card. */
export function AcceptCard({ board, card }: CardProps) {
  const isDenying = useSignal(false);
  const { order } = card;
  return (
    <Face board={board} order={order} look="accept-card">
      <Countdown board={board} order={order} />
      {isDenying.value ? (
        <Deny board={board} card={card} onBack={() => (isDenying.value = false)} />
      ) : (
        <>
          <CardFacts board={board} card={card} />
          <PlainLines lines={card.lines} />
          <AcceptButtons board={board} order={order} />
          <OrderButton
            look="deny"
            what={t("deny")}
            order={order}
            onClick={() => {
              isDenying.value = true;
            }}
          />
        </>
      )}
    </Face>
  );
}

function Countdown({ board, order }: { board: BoardModel; order: Order }) {
  const left = useComputed(() =>
    order.acceptBy ? countdown(Date.parse(order.acceptBy), board.clock.second.value) : "",
  );
  const isOver = useComputed(
    () => order.acceptBy !== undefined && Date.parse(order.acceptBy) <= board.clock.second.value,
  ).value;
  return (
    <div class="countdown">
      <Icon name="bell" />
      <span class="countdown-label">{order.acceptBy ? t("acceptWithin") : t("newOrder")}</span>
      <span class="countdown-time" role="timer">
        {left}
      </span>
      {isOver && <span class="countdown-over">{t("notInTime")}</span>}
    </div>
  );
}

function AcceptButtons({ board, order }: { board: BoardModel; order: Order }) {
  const promised = useComputed(() => {
    const ms = order.promise ? Date.parse(order.promise.readyAt) - board.clock.second.value : Number.NaN;
    return Math.max(1, Math.ceil(ms / 60_000));
  }).value;
  const forTime = board.time(order.schedule?.for ?? order.placedAt);
  const isScheduled = awaitsRelease(order);
  const hasPromise = !Number.isNaN(promised) && !isScheduled;
  const nearest = [...minuteChoices].sort((one, other) => Math.abs(one - promised) - Math.abs(other - promised))[0];
  const others = minuteChoices.filter((one) => !isScheduled && !(hasPromise && one === nearest));
  const what = hasPromise ? t("accept", { n: promised }) : t("acceptPlain");
  return (
    <div class="accept-buttons">
      <OrderButton
        look="bump"
        icon={isScheduled ? "calendar" : "check"}
        what={what}
        order={order}
        onClick={() => board.do(accept(order, undefined))}
      >
        {isScheduled ? `${what} · ${t("forTime", { time: forTime })}` : what}
      </OrderButton>
      {others.map((minutes) => (
        <OrderButton
          key={minutes}
          look="minutes"
          what={t("accept", { n: minutes })}
          order={order}
          onClick={() => board.do(accept(order, minutes))}
        >
          {minutes}
        </OrderButton>
      ))}
    </div>
  );
}

function Deny({ board, card, onBack }: { board: BoardModel; card: Card; onBack: () => void }) {
  const isChoosing = useSignal(false);
  const { order } = card;
  return (
    <div class="choices">
      {isChoosing.value ? (
        <OutOf board={board} card={card} />
      ) : (
        <>
          <p class="choices-title">{t("whyDeny")}</p>
          {reasons.map((reason) => (
            <button
              type="button"
              key={reason}
              onClick={() => {
                if (reason === "out_of_stock") isChoosing.value = true;
                else board.do(cancel(order, reason, undefined), true);
              }}
            >
              {t(reason)}
            </button>
          ))}
        </>
      )}
      <button type="button" class="quiet" onClick={onBack}>
        {t("back")}
      </button>
    </div>
  );
}

/** Takes the missing items off the menu in the same step: the next order of them would be denied too. */
function OutOf({ board, card }: CardProps) {
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const items = mayBeOut(card.order);
  function deny(): void {
    const until = new Date(endOfDay(board.clock.now(), board.zone.value)).toISOString();
    for (const [itemId, name] of items)
      if (chosen.value.has(itemId)) board.do(availability(board.kitchenId, itemId, name, until, card.order), true);
    board.do(cancel(card.order, "out_of_stock", undefined), true);
  }
  return (
    <>
      <p class="choices-title">{t("whatIsOut")}</p>
      {[...items].map(([itemId, name]) => (
        <button
          type="button"
          key={itemId}
          aria-pressed={chosen.value.has(itemId)}
          onClick={() => {
            const next = new Set(chosen.value);
            if (!next.delete(itemId)) next.add(itemId);
            chosen.value = next;
          }}
        >
          {chosen.value.has(itemId) && <Icon name="off" />}
          {name}
        </button>
      ))}
      <button type="button" class="bad" disabled={chosen.value.size === 0} onClick={deny}>
        {t("denyAndOff", { n: chosen.value.size })}
      </button>
    </>
  );
}

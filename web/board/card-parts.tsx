import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import {
  begunAt,
  type Card,
  dueAt,
  isFar,
  type LineGroup,
  levelOf,
  minutesSince,
  timeLeft,
  timeLeftShare,
} from "./cards";
import { Icon } from "./icons";
import { tileOf } from "./layout";
import type { BoardModel } from "./model";
import { Note } from "./note";
import type { Order } from "./state";
import { t } from "./texts";
import { isNumbered, panel } from "./ui";

export type CardProps = { readonly board: BoardModel; readonly card: Card };

export function CardHead({ board, order }: { board: BoardModel; order: Order }) {
  const brand = board.brandName(order.brandId);
  // Computed as a number, so that only cards that move are rendered again.
  const tile = useComputed(() => (isNumbered.value ? tileOf(board.slots.value, order.id) : 0)).value;
  return (
    <header class="card-head">
      <button
        type="button"
        class="card-title"
        onClick={() => {
          panel.value = { kind: "details", orderId: order.id };
        }}
      >
        <span class="visually-hidden">{t("detailsOf")} </span>
        <span class="order-number">
          #{order.number}{" "}
          {tile > 0 && (
            <span class="tile" aria-hidden="true">
              {tile}
            </span>
          )}
        </span>
        <span class="brand-name">{brand}</span>
      </button>
      <Due board={board} order={order} />
    </header>
  );
}

type FaceProps = {
  readonly board: BoardModel;
  readonly order: Order;
  readonly look: string;
  readonly children: ComponentChildren;
};

/** A card that asks for one decision. */
export function Face({ board, order, look, children }: FaceProps) {
  return (
    <article
      class={`card ${look} ${board.brandClass(order.brandId)}`}
      aria-label={t("order", { number: `#${order.number}` })}
      data-order={order.id}
      data-status={order.status}
      tabIndex={-1}
    >
      <CardHead board={board} order={order} />
      {children}
    </article>
  );
}

/** The time to the promise, with an icon and a word: colour is never the only sign. */
function Due({ board, order }: { board: BoardModel; order: Order }) {
  const due = dueAt(order);
  const left = useComputed(() => timeLeft(due, board.clock.second.value));
  const far = useComputed(() => isFar(due, board.clock.second.value)).value;
  const level = useComputed(() => levelOf(order, board.clock.second.value, board.need.value)).value;
  const word = level === "late" ? t("minutesLate") : level === "soon" ? t("soon") : t(far ? "hours" : "minutes");
  return (
    <div class="due" data-level={level}>
      <span class="due-number">
        <Icon name={level === "late" ? "late" : level === "soon" ? "soon" : "clock"} />
        <span>{left}</span>
      </span>
      <span class="due-word">{word}</span>
    </div>
  );
}

export function TimeBar({ board, order }: { board: BoardModel; order: Order }) {
  const width = useComputed(() => Math.round(timeLeftShare(order, board.clock.second.value) * 100));
  return (
    <svg class="time-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      <rect width={width} height="1" />
    </svg>
  );
}

export function CardFacts({ board, card }: CardProps) {
  const { order, alsoAt } = card;
  // A signal that is bound to the text: in a rush, the age of all cards changes at once.
  const age = useComputed(() => t("age", { n: minutesSince(begunAt(order), board.clock.second.value) }));
  // Not the set itself: all cards would be rendered again at each order.
  const isUnread = useComputed(() => board.unread.value.has(order.id)).value;
  const isPickup = order.fulfilment.type === "pickup";
  const lostSince = useComputed(() => (board.link.value.link === "lost" ? board.link.value.heardAt : undefined)).value;
  return (
    <div class="facts">
      <span class="fact">
        <Icon name={isPickup ? "pickup" : "delivery"} />
        {isPickup ? t("pickup") : t("delivery")}
      </span>
      <span class="fact channel">{order.channel}</span>
      {!isPickup && (
        <span class="fact">
          <CourierState board={board} order={order} />
        </span>
      )}
      <span class="fact">{t("due", { time: board.time(dueAt(order)) })}</span>
      <span class="fact muted">{age}</span>
      {alsoAt.length > 0 && <span class="fact also">{t("alsoAt", { stations: alsoAt.join(", ") })}</span>}
      {isUnread && <span class="fact muted">{t("readingNotes")}</span>}
      {lostSince !== undefined && <span class="fact old">{t("asOf", { time: board.time(lostSince) })}</span>}
    </div>
  );
}

/** No courier, a courier who is expected at a time, or one who has arrived. */
export function CourierState({ board, order }: { board: BoardModel; order: Order }) {
  const { courier, courierId, courierContact } = order;
  const name = courierContact?.name ?? "";
  if (courier?.arrivedAtKitchen) {
    return (
      <span class="courier-here">
        <Icon name="check" />
        {t("courierHere", { name })}
      </span>
    );
  }
  if (courierId === undefined) return <span class="muted">{t("noCourier")}</span>;
  return (
    <span>
      {courier?.pickupAt ? t("courierAt", { name, time: board.time(courier.pickupAt) }) : t("courierComing", { name })}
    </span>
  );
}

/** Lines that cannot be tapped. */
export function PlainLines({ lines, look = "" }: { lines: Card["lines"]; look?: string }) {
  return (
    <ul class={`lines plain ${look}`}>
      {lines.map((line) => (
        <li key={line.indices[0]}>
          <LineText line={line} />
        </li>
      ))}
    </ul>
  );
}

export function LineText({ line }: { line: LineGroup }) {
  return (
    <span class="line-text">
      <span class="line-name">
        <b class="quantity">{line.quantity}&nbsp;×</b> <span class="item-name">{line.name}</span>
      </span>
      {line.modifiers.map((modifier, index) => (
        // Keyed by index: two modifiers may have the same name.
        <span key={index} class={modifier.isRemoval ? "modifier removal" : "modifier"}>
          <b>{modifier.isRemoval ? "−" : "+"}</b> {modifier.quantity > 1 && `${modifier.quantity} × `}
          {modifier.name}
        </span>
      ))}
      {line.note !== undefined && <Note parts={line.note} />}
    </span>
  );
}

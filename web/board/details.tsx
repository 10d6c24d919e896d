import { useSignal } from "@preact/signals";
import { PlainLines } from "./card-parts";
import { dueAt } from "./cards";
import { Icon } from "./icons";
import { type CancelReason, cancel, type Disposition, later } from "./intents";
import { isReadyWhenDone, statusOf } from "./lines";
import type { BoardModel } from "./model";
import { OrderButton } from "./order-button";
import { isOpen, type Order } from "./state";
import { stepText } from "./steps";
import { t } from "./texts";
import { close } from "./ui";

type Props = { readonly board: BoardModel; readonly order: Order };

const laterMinutes = [5, 10, 15] as const;
const reasons: readonly CancelReason[] = ["out_of_stock", "too_busy", "equipment", "other"];

export function Details({ board, order }: { board: BoardModel; order: Order | undefined }) {
  if (!order) return <p class="muted">{t("none")}</p>;
  const isPromisable = ["placed", "accepted", "preparing"].includes(order.status) && order.promise !== undefined;
  return (
    <div class="details">
      <dl class="facts-list">
        <dt>{t("channel")}</dt>
        <dd>{order.channel}</dd>
        {order.externalReference !== undefined && <dt>{t("reference")}</dt>}
        {order.externalReference !== undefined && <dd>{order.externalReference}</dd>}
        {order.customer.name !== undefined && <dt>{t("customer")}</dt>}
        {order.customer.name !== undefined && <dd>{order.customer.name}</dd>}
        <dt>{t("promise")}</dt>
        <dd class="number">{board.time(dueAt(order))}</dd>
      </dl>
      <PlainLines lines={board.make.value(order).lines} />
      <ol class="timeline">
        {order.timeline.map((step) => (
          <li key={`${step.at}${step.event ?? step.status}`}>
            <span class="number muted">{board.time(step.at)}</span>
            <span>{stepText(step.event ?? step.status)}</span>
            <span class="muted">{t(`by_${step.by}`)}</span>
          </li>
        ))}
      </ol>
      <div class="choices three">
        {isPromisable &&
          laterMinutes.map((minutes) => (
            <OrderButton
              key={minutes}
              what={t("later", { n: minutes })}
              order={order}
              onClick={() => board.do(later(order, minutes, board.clock.now()))}
            />
          ))}
      </div>
      <button type="button" class="wide" onClick={() => print()}>
        <Icon name="print" />
        {t("printTicket")}
      </button>
      {isOpen(order) && order.status !== "out_for_delivery" && <Cancel board={board} order={order} />}
    </div>
  );
}

function Cancel({ board, order }: Props) {
  const isOpened = useSignal(false);
  const stock = useSignal<Disposition | undefined>(order.status === "preparing" ? "by_progress" : undefined);
  if (!isOpened.value) {
    return (
      <button
        type="button"
        class="wide quiet"
        onClick={() => {
          isOpened.value = true;
        }}
      >
        {t("cancelOrder")}
      </button>
    );
  }
  const dispositions = [
    ["by_progress", t("byProgress")],
    ["return", t("allReturn")],
    ["waste", t("allWaste")],
  ] as const;
  return (
    <div class="choices">
      {order.status === "preparing" && (
        <>
          <p class="choices-title">{t("foodState")}</p>
          {dispositions.map(([value, label]) => (
            <button
              type="button"
              key={value}
              aria-pressed={stock.value === value}
              onClick={() => {
                stock.value = value;
              }}
            >
              {label}
            </button>
          ))}
        </>
      )}
      <p class="choices-title">{t("whyCancel")}</p>
      {reasons.map((reason) => (
        <button
          type="button"
          key={reason}
          class="bad"
          onClick={() => {
            const known = board.state.peek().orders.get(order.id);
            board.do(cancel(order, reason, stock.value, statusOf(order, known, isReadyWhenDone(board))), true);
            close();
          }}
        >
          {t(reason)}
        </button>
      ))}
    </div>
  );
}

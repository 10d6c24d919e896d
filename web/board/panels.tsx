import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Bumped } from "./cards";
import { Details } from "./details";
import { HandOver } from "./handover";
import { Icon } from "./icons";
import { type Intent, recall, release } from "./intents";
import type { BoardModel } from "./model";
import { OffPanel } from "./off";
import { OrderButton } from "./order-button";
import { ReadyList } from "./rails";
import { Settings, Stations } from "./settings";
import type { Order } from "./state";
import { t } from "./texts";
import { close, panel } from "./ui";

type Props = { readonly board: BoardModel };

const panels = {
  recall: ["recallTitle", Recall],
  scheduled: ["scheduledTitle", Scheduled],
  off: ["offTitle", OffPanel],
  ready: ["readyList", ReadyList],
  stations: ["stations", Stations],
  settings: ["settings", Settings],
} as const;

/** One panel at a time, over the board's side: the cards stay visible. */
export function PanelView({ board }: Props) {
  const shown = panel.value;
  if (!shown) return null;
  if (shown.kind === "hand_over") return <HandOverPanel board={board} orderId={shown.orderId} />;
  if (shown.kind === "details") {
    const order = orderOf(board, shown.orderId);
    return (
      <Panel title={t("order", { number: `#${order?.number ?? ""}` })}>
        <Details key={shown.orderId} board={board} order={order} />
      </Panel>
    );
  }
  const [title, Body] = panels[shown.kind];
  return (
    <Panel title={t(title)}>
      <Body board={board} />
    </Panel>
  );
}

/** Closes when the order has left, also through another screen: an open but invisible panel would delay reloads. */
function HandOverPanel({ board, orderId }: { board: BoardModel; orderId: string }) {
  const order = board.ready.value.find((one) => one.id === orderId);
  useLayoutEffect(() => {
    if (!order) close();
  }, [order]);
  if (!order) return null;
  return (
    <Panel title={t("handOverTitle", { number: `#${order.number}` })}>
      <HandOver board={board} order={order} />
    </Panel>
  );
}

export function orderOf(board: BoardModel, id: string): Order | undefined {
  const known = board.orders.value.get(id) ?? board.state.value.orders.get(id);
  return known ?? board.state.value.left.find((order) => order.id === id);
}

function Panel({ title, children }: { title: string; children: ComponentChildren }) {
  const element = useRef<HTMLElement>(null);
  // Runs before the panel is painted: the key that closes it works as soon as it is visible.
  useLayoutEffect(() => {
    const before = document.activeElement;
    element.current?.focus();
    // On the document, not on the panel: a pressed button that disappears takes the focus with it.
    const pressed = ({ key }: KeyboardEvent) => {
      if (key === "Escape") close();
    };
    document.addEventListener("keydown", pressed);
    return () => {
      document.removeEventListener("keydown", pressed);
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <section class="panel" role="dialog" aria-label={title} tabIndex={-1} ref={element}>
      <header class="panel-head">
        <h2>{title}</h2>
        <button type="button" aria-label={t("close")} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <div class="panel-body">{children}</div>
    </section>
  );
}

function Recall({ board }: Props) {
  const bumped = board.bumped.value;
  if (bumped.length === 0) return <p class="muted">{t("recallEmpty")}</p>;
  return (
    <>
      <p class="muted">{t("statusFinal")}</p>
      <ul class="rows">
        {bumped.map((one) => (
          <RecallRow key={one.order.id} board={board} bumped={one} />
        ))}
      </ul>
    </>
  );
}

const recallItems = 3;
const finals: readonly Intent["kind"][] = ["bump", "progress"];

function RecallRow({ board, bumped }: { board: BoardModel; bumped: Bumped }) {
  const { order, at, isRecallable } = bumped;
  // Includes entries that wait for a connection: they can be taken back until they are being sent.
  const held = board.outbox.entries.value
    .filter(({ intent }) => "orderId" in intent && intent.orderId === order.id && finals.includes(intent.kind))
    .pop();
  const card = board.make.value(order);
  const { lines } = card;
  const names = lines.slice(0, recallItems).map((line) => `${line.quantity} × ${line.name}`);
  const hasLeft = order.status === "out_for_delivery" || order.status === "delivered";
  return (
    <li class={`row ${board.brandClass(order.brandId)}`}>
      <span class="row-text">
        <b class="row-title">
          #{order.number} <span class="muted number">{board.time(at)}</span>
        </b>
        <span>
          {names.join(", ")}
          {lines.length > recallItems && " …"}
        </span>
        {hasLeft && <span class="muted">{t("withCourier")}</span>}
      </span>
      {held && <OrderButton what={t("undo")} order={order} onClick={() => board.undo(held)} />}
      {!held && isRecallable && board.station !== undefined && (
        <OrderButton what={t("recall")} order={order} onClick={() => board.do(recall(card, board.station))} />
      )}
    </li>
  );
}

function Scheduled({ board }: Props) {
  const orders = board.scheduled.value;
  if (orders.length === 0) return <p class="muted">{t("scheduledEmpty")}</p>;
  return (
    <ul class="rows">
      {orders.map((order) => (
        <li key={order.id} class={`row ${board.brandClass(order.brandId)}`}>
          <span class="row-text">
            <b class="row-title">
              #{order.number} {t("forTime", { time: board.time(order.schedule?.for ?? order.placedAt) })}
            </b>
            <span>{order.lines.map((line) => `${line.quantity} × ${line.name}`).join(", ")}</span>
            <span class="muted">
              {t("startsAt", { time: board.time(order.schedule?.releaseAt ?? order.placedAt) })}
            </span>
            {order.schedule?.short && <span class="short">{t("short")}</span>}
          </span>
          <OrderButton
            what={t("startNow")}
            order={order}
            disabled={order.status !== "accepted"}
            onClick={() => board.do(release(order))}
          />
        </li>
      ))}
    </ul>
  );
}

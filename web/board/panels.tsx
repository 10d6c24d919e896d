import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { clockTime, timeOrDay } from "../lib/format";
import { brandClass } from "./brands";
import type { Bumped } from "./cards";
import { Details } from "./details";
import { HandOver } from "./handover";
import { Icon } from "./icons";
import { type Intent, progress, release } from "./intents";
import type { BoardModel } from "./model";
import { OffPanel } from "./off";
import { AllDay, ReadyList } from "./rails";
import { Settings, Stations } from "./settings";
import type { Order } from "./state";
import { named, t } from "./texts";
import { close, panel } from "./ui";

type Props = { readonly board: BoardModel };

/** One panel at a time, over the board's side: the cards stay in sight. */
export function PanelView({ board }: Props) {
  const shown = panel.value;
  switch (shown?.kind) {
    case "recall":
      return (
        <Panel title={t("recallTitle")}>
          <Recall board={board} />
        </Panel>
      );
    case "scheduled":
      return (
        <Panel title={t("scheduledTitle")}>
          <Scheduled board={board} />
        </Panel>
      );
    case "off":
      return (
        <Panel title={t("offTitle")}>
          <OffPanel board={board} />
        </Panel>
      );
    case "ready":
      return (
        <Panel title={t("readyList")}>
          <ReadyList board={board} />
        </Panel>
      );
    case "all_day":
      return (
        <Panel title={t("allDay")}>
          <AllDay board={board} />
        </Panel>
      );
    case "stations":
      return (
        <Panel title={t("stations")}>
          <Stations board={board} />
        </Panel>
      );
    case "settings":
      return (
        <Panel title={t("settings")}>
          <Settings board={board} />
        </Panel>
      );
    case "hand_over":
      return <HandOverPanel board={board} orderId={shown.orderId} />;
    case "details":
      return (
        <Panel title={t("order", { number: `#${orderOf(board, shown.orderId)?.number ?? ""}` })}>
          <Details key={shown.orderId} board={board} order={orderOf(board, shown.orderId)} />
        </Panel>
      );
    default:
      return null;
  }
}

/** Until the order has left: by its code, or by another screen. */
function HandOverPanel({ board, orderId }: { board: BoardModel; orderId: string }) {
  const order = board.ready.value.find((one) => one.id === orderId);
  if (!order) return null;
  return (
    <Panel title={t("handOverTitle", { number: `#${order.number}` })}>
      <HandOver board={board} order={order} />
    </Panel>
  );
}

export function orderOf(board: BoardModel, id: string): Order | undefined {
  return board.state.value.orders.get(id) ?? board.state.value.left.find((order) => order.id === id);
}

function Panel({ title, children }: { title: string; children: ComponentChildren }) {
  const element = useRef<HTMLElement>(null);
  // Before the panel is painted: a key that closes it works as soon as it is seen.
  useLayoutEffect(() => {
    const before = document.activeElement;
    element.current?.focus();
    // Not of the panel alone: a button that was pressed and has gone takes the focus with it.
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
  // Also what waits for a connection: until it is under way it can be taken back.
  const held = board.outbox.entries.value
    .filter(({ intent }) => "orderId" in intent && intent.orderId === order.id && finals.includes(intent.kind))
    .pop();
  const lines = board.make.value(order).lines;
  const names = lines.slice(0, recallItems).map((line) => `${line.quantity} × ${line.name}`);
  const hasLeft = order.status === "out_for_delivery" || order.status === "delivered";
  return (
    <li class={`row ${brandClass(order.brandId)}`}>
      <span class="row-text">
        <b class="row-title">
          #{order.number} <span class="muted number">{clockTime(at, board.zone.value)}</span>
        </b>
        <span>
          {names.join(", ")}
          {lines.length > recallItems && " …"}
        </span>
        {hasLeft && <span class="muted">{t("withCourier")}</span>}
      </span>
      {held && (
        <button type="button" aria-label={named(t("undo"), order)} onClick={() => board.undo(held)}>
          {t("undo")}
        </button>
      )}
      {!held && isRecallable && board.station !== undefined && (
        <button
          type="button"
          aria-label={named(t("recall"), order)}
          onClick={() =>
            board.do(
              progress(
                order,
                lines.flatMap((line) => line.indices),
                "started",
                board.station,
              ),
            )
          }
        >
          {t("recall")}
        </button>
      )}
    </li>
  );
}

function Scheduled({ board }: Props) {
  const orders = board.scheduled.value;
  const zone = board.zone.value;
  const time = (at: string) => timeOrDay(at, board.clock.now(), zone);
  if (orders.length === 0) return <p class="muted">{t("scheduledEmpty")}</p>;
  return (
    <ul class="rows">
      {orders.map((order) => (
        <li key={order.id} class={`row ${brandClass(order.brandId)}`}>
          <span class="row-text">
            <b class="row-title">
              #{order.number} {t("forTime", { time: time(order.schedule?.for ?? order.placedAt) })}
            </b>
            <span>{order.lines.map((line) => `${line.quantity} × ${line.name}`).join(", ")}</span>
            <span class="muted">{t("startsAt", { time: time(order.schedule?.releaseAt ?? order.placedAt) })}</span>
            {order.schedule?.short && <span class="short">{t("short")}</span>}
          </span>
          <button
            type="button"
            aria-label={named(t("startNow"), order)}
            disabled={order.status !== "accepted"}
            onClick={() => board.do(release(order))}
          >
            {t("startNow")}
          </button>
        </li>
      ))}
    </ul>
  );
}

import { useComputed } from "@preact/signals";
import { clockTime } from "../lib/format";
import { countdown, numbersOf } from "./cards";
import { Icon, type IconName } from "./icons";
import { mode as setMode } from "./intents";
import { showCard } from "./keyboard";
import type { BoardModel } from "./model";
import type { Order } from "./state";
import { t } from "./texts";
import { isRailOpen, open, panel } from "./ui";

const busyMinutes = [10, 20] as const;
/** A kitchen forgets to end it. */
const busyForMs = 3_600_000;

type Props = { readonly board: BoardModel };

export function Head({ board }: Props) {
  const kitchen = board.catalogue.value.kitchen;
  return (
    <header class="head">
      <div class="head-name">
        <h1>{kitchen?.name ?? board.kitchenId}</h1>
        <span class="muted">{board.station === undefined ? t("pass") : `${t("station")}: ${board.station}`}</span>
      </div>
      <Numbers board={board} />
      <ToAccept board={board} />
      <div class="head-now">
        <span class="clock number">
          <Clock board={board} />
        </span>
        <LinkChip board={board} />
      </div>
      <nav class="head-actions" aria-label={t("settings")}>
        <ModeButtons board={board} />
        <ActionButton icon="off" label={t("eightySix")} name={t("eightySixLong")} kind="off" />
        <ActionButton
          icon="calendar"
          label={t("scheduled")}
          kind="scheduled"
          count={board.scheduled.value.filter((one) => one.status !== "placed").length}
        />
        <ActionButton icon="undo" label={t("recall")} kind="recall" />
        {board.station === undefined && (
          <ActionButton icon="bag" label={t("readyList")} kind="ready" count={board.ready.value.length} isNarrow />
        )}
        <button
          type="button"
          class="action"
          aria-pressed={isRailOpen.value}
          onClick={() => {
            isRailOpen.value = !isRailOpen.value;
          }}
        >
          <Icon name="sum" />
          <span>{t("allDay")}</span>
        </button>
        <ActionButton icon="gear" label={t("settings")} kind="settings" />
      </nav>
    </header>
  );
}

type ActionProps = {
  readonly icon: IconName;
  readonly label: string;
  readonly kind: "off" | "scheduled" | "recall" | "settings" | "ready";
  readonly name?: string;
  readonly count?: number;
  readonly isNarrow?: boolean;
};

function ActionButton({ icon, label, kind, name, count = 0, isNarrow = false }: ActionProps) {
  return (
    <button
      type="button"
      class={isNarrow ? "action narrow-only" : "action"}
      aria-expanded={panel.value?.kind === kind}
      aria-label={count > 0 ? `${name ?? label}: ${count}` : (name ?? label)}
      onClick={() => open(kind)}
    >
      <Icon name={icon} />
      <span>{label}</span>
      {count > 0 && <span class="badge number">{count}</span>}
    </button>
  );
}

function Numbers({ board }: Props) {
  const numbers = useComputed(() => numbersOf(board.cards.value, board.clock.second.value));
  const { open, late, toAccept, oldestMinutes } = numbers.value;
  return (
    <dl class="numbers">
      <Stat label={t("open")} value={String(open)} />
      <Stat label={t("late")} value={String(late)} tone={late > 0 ? "bad" : undefined} />
      <Stat label={t("toAccept")} value={String(toAccept)} tone={toAccept > 0 ? "warn" : undefined} />
      <Stat
        label={t("oldest")}
        value={oldestMinutes === undefined ? t("none") : t("minutesShort", { n: oldestMinutes })}
      />
    </dl>
  );
}

/** New orders come last, perhaps out of sight: this goes to the one with the least time left. */
function ToAccept({ board }: Props) {
  const waiting = useComputed(() => {
    const orders = board.cards.value.flatMap(({ order }) => (order.status === "placed" ? [order] : []));
    return orders.sort((one, other) => acceptBy(one) - acceptBy(other));
  }).value;
  const first = waiting[0];
  const left = useComputed(() => {
    const until = board.cards.value.reduce(
      (least, { order }) => (order.status === "placed" ? Math.min(least, acceptBy(order)) : least),
      Number.POSITIVE_INFINITY,
    );
    return Number.isFinite(until) ? countdown(until, board.clock.second.value) : "";
  });
  if (!first) return null;
  return (
    <button type="button" class="to-accept" onClick={() => showCard(first.id)}>
      <Icon name="bell" />
      {t("toAcceptNow", { n: waiting.length })}
      <span class="number">{left}</span>
    </button>
  );
}

function acceptBy(order: Order): number {
  return order.acceptBy === undefined ? Number.POSITIVE_INFINITY : Date.parse(order.acceptBy);
}

function Stat({ label, value, tone }: { label: string; value: string; tone?: "bad" | "warn" | undefined }) {
  return (
    <div class="stat" data-tone={tone}>
      <dd class="number">{value}</dd>
      <dt>{label}</dt>
    </div>
  );
}

function Clock({ board }: Props) {
  const zone = board.catalogue.value.kitchen?.timeZone;
  return <>{useComputed(() => clockTime(board.clock.second.value, zone))}</>;
}

function LinkChip({ board }: Props) {
  const { link } = board.link.value;
  const waiting = board.outbox.entries.value.length;
  const isWaiting = board.outbox.isWaiting.value && waiting > 0;
  return (
    <span class="link" data-link={isWaiting && link === "live" ? "doubtful" : link} role="status">
      <Icon name={link === "lost" ? "linkOff" : "link"} />
      {isWaiting ? notSentText(waiting) : t(link)}
    </span>
  );
}

export function notSentText(taps: number): string {
  return taps === 1 ? t("notSentOne") : t("notSent", { n: taps });
}

function ModeButtons({ board }: Props) {
  const { mode, delayMinutes, until, reason } = board.mode.value;
  const zone = board.catalogue.value.kitchen?.timeZone;
  const online = () => board.do(setMode(board.kitchenId, { mode: "online", delayMinutes: 0 }));
  const busy = (minutes: number) => {
    const end = new Date(board.clock.now() + busyForMs).toISOString();
    board.do(setMode(board.kitchenId, { mode: "busy", delayMinutes: minutes, until: end }));
  };
  if (mode === "paused") {
    const isForgotten = reason === "not_answering";
    return (
      <div class="mode" data-mode="paused">
        <span class="mode-text">
          <b>{until ? t("paused", { time: clockTime(until, zone) }) : t("pausedOpen")}</b>
          <span>{isForgotten ? t("pausedNotAnswering") : t("pausedHint")}</span>
        </span>
        {isForgotten && (
          <button type="button" class="action" onClick={online}>
            <Icon name="check" />
            <span>{t("resume")}</span>
          </button>
        )}
      </div>
    );
  }
  return (
    <div class="mode" data-mode={mode}>
      {mode === "busy" && (
        <span class="mode-text">
          <b>
            {until
              ? t("busyNow", { n: delayMinutes, time: clockTime(until, zone) })
              : t("busyOpen", { n: delayMinutes })}
          </b>
        </span>
      )}
      {busyMinutes.map((minutes) =>
        mode === "busy" && delayMinutes === minutes ? null : (
          <button type="button" class="action" key={minutes} onClick={() => busy(minutes)}>
            <Icon name="busy" />
            <span>{t("busy", { n: minutes })}</span>
          </button>
        ),
      )}
      {mode === "busy" && (
        <button type="button" class="action" onClick={online}>
          <Icon name="close" />
          <span>{t("endBusy")}</span>
        </button>
      )}
    </div>
  );
}

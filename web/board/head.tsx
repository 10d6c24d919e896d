import { useComputed } from "@preact/signals";
import { countdown } from "../lib/countdown";
import { clockTime } from "../lib/format";
import { isOverdue } from "../lib/outbox";
import { numbersOf, stationsOf } from "./cards";
import { Icon, type IconName } from "./icons";
import { mode as setMode } from "./intents";
import { showCard } from "./keyboard";
import type { BoardModel } from "./model";
import type { Order } from "./state";
import { t } from "./texts";
import { isRailOpen, open, panel } from "./ui";

const busyMinutes = [10, 20] as const;
/** Busy ends after this time, because a kitchen forgets to end it. */
const busyForMs = 3_600_000;

type Props = { readonly board: BoardModel };

export function Head({ board }: Props) {
  const kitchen = board.catalogue.value.kitchen;
  const hasStations = useComputed(() => stationsOf(board.items.value).length > 0).value;
  return (
    <header class="head">
      <div class="head-name">
        <h1>{kitchen?.name ?? board.kitchenId}</h1>
        <span class="muted">{board.station === undefined ? t("pass") : `${t("station")}: ${board.station}`}</span>
      </div>
      <Numbers board={board} />
      <div class="head-now">
        <span class="clock number">
          <Clock board={board} />
        </span>
        <LinkChip board={board} />
      </div>
      <nav class="head-actions" aria-label={t("actions")}>
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
        {hasStations && <ActionButton icon="stations" label={t("stations")} kind="stations" />}
        <ActionButton icon="gear" label={t("settings")} kind="settings" />
      </nav>
    </header>
  );
}

type ActionProps = {
  readonly icon: IconName;
  readonly label: string;
  readonly kind: "off" | "scheduled" | "recall" | "settings" | "ready" | "stations";
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
      onClick={() => open(kind)}
    >
      <Icon name={icon} />
      <span>{label}</span>
      {name !== undefined && <span class="visually-hidden">{name}</span>}
      {count > 0 && <span class="badge number">{count}</span>}
    </button>
  );
}

function Numbers({ board }: Props) {
  const numbers = useComputed(() => numbersOf(board.cards.value, board.clock.second.value));
  const { open, late, toAccept, oldestMinutes } = numbers.value;
  return (
    <div class="numbers">
      <Stat label={t("open")} value={String(open)} />
      <Stat label={t("late")} value={String(late)} tone={late > 0 ? "bad" : undefined} />
      {toAccept > 0 && <ToAccept board={board} count={toAccept} />}
      {toAccept === 0 && board.station === undefined && <Stat label={t("toAccept")} value="0" />}
      <Stat
        label={t("oldest")}
        value={oldestMinutes === undefined ? t("none") : t("minutesShort", { n: oldestMinutes })}
      />
    </div>
  );
}

/** New orders come last, perhaps off screen: this button goes to the one with the least time left. */
function ToAccept({ board, count }: Props & { readonly count: number }) {
  const first = useComputed(() =>
    board.cards.value
      .flatMap(({ order }) => (order.status === "placed" ? [order] : []))
      .reduce<Order | undefined>((one, other) => (one && acceptBy(one) <= acceptBy(other) ? one : other), undefined),
  );
  const left = useComputed(() => {
    const until = first.value ? acceptBy(first.value) : Number.POSITIVE_INFINITY;
    return Number.isFinite(until) ? countdown(until, board.clock.second.value) : "";
  });
  return (
    <button
      type="button"
      class="to-accept"
      onClick={() => {
        if (first.value) showCard(first.value.id);
      }}
    >
      <b class="number">
        {count} · {left}
      </b>
      <span>{t("toAccept")}</span>
    </button>
  );
}

function acceptBy(order: Order): number {
  return order.acceptBy === undefined ? Number.POSITIVE_INFINITY : Date.parse(order.acceptBy);
}

function Stat({ label, value, tone }: { label: string; value: string; tone?: "bad" | undefined }) {
  return (
    <div class="stat" data-tone={tone}>
      <b class="number">{value}</b>
      <span>{label}</span>
    </div>
  );
}

function Clock({ board }: Props) {
  const zone = board.zone.value;
  return <>{useComputed(() => clockTime(board.clock.second.value, zone))}</>;
}

function LinkChip({ board }: Props) {
  const { link } = board.link.value;
  const { entries, isWaiting: isRepeating } = board.outbox;
  const waiting = entries.value.length;
  const isLate = useComputed(() => {
    void board.clock.second.value;
    return isOverdue(entries.value, Date.now());
  }).value;
  const isWaiting = waiting > 0 && (isRepeating.value || isLate);
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
          <b>{until ? t("paused", { time: board.time(until) }) : t("pausedOpen")}</b>
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
  const current = mode === "busy" ? delayMinutes : undefined;
  const choices = [...new Set([...busyMinutes, ...(current === undefined ? [] : [current])])];
  return (
    <div class="mode" data-mode={mode}>
      {choices.map((minutes) =>
        minutes === current ? (
          <button type="button" class="action busy-now" key={minutes} aria-pressed={true} onClick={online}>
            <b>{t("busy", { n: minutes })}</b>
            {until && <span>{t("till", { time: board.time(until) })}</span>}
            <span class={until ? "visually-hidden" : ""}>{t("endBusy")}</span>
          </button>
        ) : (
          <button type="button" class="action" key={minutes} aria-pressed={false} onClick={() => busy(minutes)}>
            <Icon name="busy" />
            <span>{t("busy", { n: minutes })}</span>
          </button>
        ),
      )}
    </div>
  );
}

import { useComputed, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { OrderCard } from "./card";
import { type Card, isUnknown } from "./cards";
import { Cleaning } from "./cleaning";
import type { Notice } from "./core";
import { Head, notSentText } from "./head";
import { Icon } from "./icons";
import type { Slot } from "./layout";
import type { BoardModel } from "./model";
import { PanelView } from "./panels";
import { AllDay, ReadyList } from "./rails";
import { StuckTaps } from "./stuck";
import { t } from "./texts";
import { Ticket } from "./ticket";
import { columns, gridWidth, isRailOpen } from "./ui";
import { UndoBar } from "./undo";

type Props = { readonly board: BoardModel };

export function BoardView({ board }: Props) {
  const { link } = board.link.value;
  if (board.phase.value === "refused") return <RefusedBoard board={board} />;
  if (board.phase.value === "loading" && link === "lost") return <Unreached />;
  return (
    <>
      <div class="board" data-link={link} data-phase={board.phase.value}>
        <div class="top">
          <SoundBar board={board} />
          <LostBar board={board} />
          <Head board={board} />
        </div>
        <div class="stage">
          {isRailOpen.value && <AllDay board={board} />}
          <Cards board={board} />
          {board.station === undefined && (
            <aside class="ready-rail" aria-label={t("readyTitle")}>
              <ReadyList board={board} />
            </aside>
          )}
        </div>
        <div class="bottom">
          <StuckTaps board={board} />
          <Notices board={board} />
          <UndoBar board={board} />
        </div>
        <PanelView board={board} />
        <Cleaning board={board} />
      </div>
      <Ticket board={board} />
    </>
  );
}

function Cards({ board }: Props) {
  const area = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const measure = () => {
      gridWidth.value = element.clientWidth;
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const isLoading = board.phase.value === "loading";
  const isTruncated = useComputed(() => board.state.value.truncated).value;
  const cards = useComputed(() => new Map(board.cards.value.map((card) => [card.order.id, card])));
  const painted = useRef(new WeakMap<Card, VNode>()).current;
  const limit = useGrowing(board.slots.value.length);
  const isEmpty = !isLoading && board.slots.value.length === 0;
  return (
    <section class="cards-area" ref={area} aria-label={t("open")} aria-busy={isLoading}>
      {isTruncated && <p class="truncated">{t("truncated")}</p>}
      {isEmpty ? (
        <Empty board={board} />
      ) : (
        <div class={`cards cols-${columns.value}`}>
          {isLoading && <Skeletons />}
          {board.slots.value.slice(0, limit).map((slot) => {
            const card = cards.value.get(slot.id);
            return card ? cardView(painted, board, card) : <Gap key={slot.id} slot={slot} />;
          })}
        </div>
      )}
    </section>
  );
}

/** Keeps the node while the card is the same: Preact skips it instead of comparing each of 200 at each event. */
function cardView(painted: WeakMap<Card, VNode>, board: BoardModel, card: Card): VNode {
  const known = painted.get(card);
  if (known) return known;
  const view = <OrderCard key={card.order.id} board={board} card={card} />;
  painted.set(card, view);
  return view;
}

/** The place of a card that has left: the others do not move yet. */
function Gap({ slot }: { slot: Slot }) {
  return (
    <>
      {Array.from({ length: slot.cells }, (_, index) => (
        <div class="gap" key={index} />
      ))}
    </>
  );
}

const cardsPerFrame = 8;

/** Renders the first cards at once, then some per frame: a full board must not block the first tap. */
function useGrowing(count: number): number {
  const limit = useSignal(cardsPerFrame);
  const isGrowing = limit.value < count;
  useEffect(() => {
    if (!isGrowing) return;
    const frame = requestAnimationFrame(() => {
      limit.value += cardsPerFrame;
    });
    return () => cancelAnimationFrame(frame);
  }, [isGrowing, limit.value, limit]);
  return limit.value;
}

function Skeletons() {
  return (
    <>
      <p class="visually-hidden" role="status">
        {t("loading")}
      </p>
      {Array.from({ length: columns.value * 2 }, (_, index) => (
        <div class="skeleton" key={index} aria-hidden="true">
          <span />
          <span />
          <span />
        </div>
      ))}
    </>
  );
}

function Empty({ board }: Props) {
  const { station } = board;
  if (station !== undefined && isUnknown(station, board.items.value)) {
    return (
      <div class="empty" role="alert">
        <Icon name="off" />
        <h2>{t("unknownStation", { station })}</h2>
        <p>{t("unknownStationHint")}</p>
      </div>
    );
  }
  return (
    <div class="empty">
      <Icon name="check" />
      <h2>{station === undefined ? t("empty") : t("emptyStation")}</h2>
      <p class="muted">{t("emptyHint")}</p>
    </div>
  );
}

/** Shown when a tablet starts before its network does. */
function Unreached() {
  return (
    <div class="empty refused" role="status">
      <Icon name="linkOff" />
      <h1>{t("unreached")}</h1>
      <p>{t("unreachedHint")}</p>
    </div>
  );
}

function RefusedBoard({ board }: Props) {
  return (
    <div class="empty refused">
      <Icon name="off" />
      <h1>{t("refusedTitle")}</h1>
      <p>{t("refusedHint", { kitchen: board.kitchenId })}</p>
      <a class="button primary" href="/start">
        {t("toStart")}
      </a>
    </div>
  );
}

function SoundBar({ board }: Props) {
  if (!board.sounds.isBlocked.value) return null;
  return (
    <button type="button" class="sound-bar" onClick={board.sounds.unblock}>
      <Icon name="bell" />
      <b>{t("tapForSound")}</b>
      <span>{t("tapForSoundHint")}</span>
    </button>
  );
}

function LostBar({ board }: Props) {
  const { link, heardAt } = board.link.value;
  const waiting = board.outbox.entries.value.length;
  if (link !== "lost" || heardAt === undefined) return null;
  return (
    <div class="lost-bar" role="alert">
      <Icon name="linkOff" />
      <b>{t("lostSince", { time: board.time(heardAt) })}</b>
      <span>{t("mayBeOld")}</span>
      {waiting > 0 && <b>{notSentText(waiting)}</b>}
    </div>
  );
}

function Notices({ board }: Props) {
  return (
    <ul class="notices" aria-live="assertive">
      {board.notices.value.map((notice) => (
        <li key={notice.id} data-kind={notice.kind}>
          <Icon name="late" />
          <span>{textOf(notice)}</span>
          <button type="button" aria-label={t("dismiss")} onClick={() => board.dismiss(notice.id)}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function textOf({ kind, number, detail = "" }: Notice): string {
  if (kind === "not_durable") return t("notDurable");
  if (kind === "plain_http") return t("plainHttp");
  return number === undefined ? t("refusedPlain", { detail }) : t("refusedNotice", { number: `#${number}`, detail });
}

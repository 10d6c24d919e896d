import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { endOfDay, hourMs } from "../lib/zone";
import { availability } from "./intents";
import { type KnownMenu, type OffItem, readMenu, recallMenu, withPendingOffs } from "./menu";
import type { BoardModel } from "./model";
import { t } from "./texts";

type Props = { readonly board: BoardModel };

/** The menu, for taking items off in a rush: always until a time, so that staff need not remember to end it. */
export function OffPanel({ board }: Props) {
  const menu = useSignal<KnownMenu | "failed" | undefined>(undefined);
  const search = useSignal("");
  const chosen = useSignal<string | undefined>(undefined);
  const version = useSignal(0);
  const isPaused = useComputed(() => board.mode.value.mode === "paused");
  useSignalEffect(() => {
    void isPaused.value;
    void board.catalogue.value.menuVersion;
    void version.value;
    void readMenu(board).then(
      (items) => {
        menu.value = { items };
      },
      () => {
        menu.value ??= recallMenu(board.kitchenId) ?? "failed";
      },
    );
  });
  if (menu.value === "failed") {
    return (
      <div class="empty">
        <p>{t("menuFailed")}</p>
        <button type="button" onClick={() => version.value++}>
          {t("tryAgain")}
        </button>
      </div>
    );
  }
  if (menu.value === undefined) return <p class="muted">{t("loading")}</p>;
  const { items, asOf } = menu.value;
  const taps = board.outbox.entries.value.map((entry) => entry.intent);
  const shown = matching(withPendingOffs(items, taps), search.value);
  return (
    <>
      {isPaused.value && <p class="muted">{t("offPaused")}</p>}
      {asOf !== undefined && <p class="muted">{t("menuAsOf", { time: board.time(asOf) })}</p>}
      <input
        type="search"
        class="search"
        aria-label={t("offSearch")}
        placeholder={t("offSearch")}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
      />
      <ul class="rows">
        {shown.map((item) => (
          <OffRow
            key={item.itemId}
            board={board}
            item={item}
            isChosen={chosen.value === item.itemId}
            onChoose={(itemId) => {
              chosen.value = itemId;
            }}
          />
        ))}
      </ul>
    </>
  );
}

type RowProps = Props & {
  readonly item: OffItem;
  readonly isChosen: boolean;
  readonly onChoose: (itemId: string | undefined) => void;
};

function OffRow({ board, item, isChosen, onChoose }: RowProps) {
  const { itemId, name, available, portions } = item;
  const off = (until: number) => {
    board.do(availability(board.kitchenId, itemId, name, new Date(until).toISOString()));
    onChoose(undefined);
  };
  const now = board.clock.now();
  return (
    <li class="row" data-off={!available}>
      <span class="row-text">
        <b class="row-title">{name}</b>
        <span class="muted">
          {board.brandName(item.brandId)}
          {item.isExtra && ` · ${t("extra")}`}
        </span>
        {!available && (
          <span class="short">{item.until ? t("offUntil", { time: board.time(item.until) }) : t("offOpen")}</span>
        )}
        {!available && item.offBy && <span class="muted">{t("offBy", { who: item.offBy })}</span>}
        {portions !== undefined && (
          <span class={portions === 0 ? "short" : "muted"}>
            {portions === 0 ? t("outOfStock") : t("portions", { n: portions })}
          </span>
        )}
      </span>
      {!available && (
        <button
          type="button"
          aria-label={t("forItem", { what: t("putBack"), item: name })}
          onClick={() => board.do(availability(board.kitchenId, itemId, name, undefined))}
        >
          {t("putBack")}
        </button>
      )}
      {available && !isChosen && (
        <button
          type="button"
          aria-label={t("forItem", { what: t("takeOff"), item: name })}
          onClick={() => onChoose(itemId)}
        >
          {t("takeOff")}
        </button>
      )}
      {available && isChosen && (
        <span class="row-choices">
          <button type="button" onClick={() => off(now + hourMs)}>
            {t("oneHour")}
          </button>
          <button type="button" onClick={() => off(now + 3 * hourMs)}>
            {t("threeHours")}
          </button>
          <button type="button" onClick={() => off(endOfDay(now, board.zone.value))}>
            {t("endOfDay")}
          </button>
        </span>
      )}
    </li>
  );
}

// Items that are off come first, extras last.
function matching(menu: readonly OffItem[], text: string): readonly OffItem[] {
  const words = text.trim().toLowerCase();
  return menu
    .filter((item) => item.name.toLowerCase().includes(words))
    .sort((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));
}

function rank({ available, isExtra }: OffItem): number {
  return !available ? 0 : isExtra ? 2 : 1;
}

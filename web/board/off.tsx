import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { Schemas } from "../lib/api";
import { timeOrDay } from "../lib/format";
import { endOfDay, hourMs } from "../lib/zone";
import { availability } from "./intents";
import type { BoardModel } from "./model";
import { t } from "./texts";

type MenuItem = Schemas["MenuItem"];
type Props = { readonly board: BoardModel };

/** The menu, to take items off in the rush: always with an end, so that it need not be remembered. */
export function OffPanel({ board }: Props) {
  const menu = useSignal<readonly MenuItem[] | "failed" | undefined>(undefined);
  const search = useSignal("");
  const chosen = useSignal<string | undefined>(undefined);
  const version = useSignal(0);
  const isPaused = useComputed(() => board.mode.value.mode === "paused");
  useSignalEffect(() => {
    void isPaused.value;
    void board.catalogue.value.menuVersion;
    void version.value;
    void board.api.get<Schemas["MenuView"]>(`/v1/kitchens/${board.kitchenId}/menu`).then(
      ({ data }) => {
        menu.value = data;
      },
      () => {
        menu.value ??= "failed";
      },
    );
  });
  // In a pause the menu says of each item that it is off.
  if (isPaused.value) return <p class="muted">{t("offPaused")}</p>;
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
  const shown = matching(withPendingOffs(board, menu.value), search.value);
  return (
    <>
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
  readonly item: MenuItem;
  readonly isChosen: boolean;
  readonly onChoose: (itemId: string | undefined) => void;
};

function OffRow({ board, item, isChosen, onChoose }: RowProps) {
  const { itemId, name, available, portions } = item;
  const zone = board.catalogue.value.kitchen?.timeZone;
  const off = (until: number) => {
    board.do(availability(board.kitchenId, itemId, name, new Date(until).toISOString()));
    onChoose(undefined);
  };
  const now = board.clock.now();
  return (
    <li class="row" data-off={!available}>
      <span class="row-text">
        <b class="row-title">{name}</b>
        <span class="muted">{board.catalogue.value.brands.get(item.brandId) ?? item.brandId}</span>
        {!available && (
          <span class="short">
            {item.until ? t("offUntil", { time: timeOrDay(item.until, now, zone) }) : t("offOpen")}
          </span>
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
          <button type="button" onClick={() => off(endOfDay(now, zone))}>
            {t("endOfDay")}
          </button>
        </span>
      )}
    </li>
  );
}

function withPendingOffs(board: BoardModel, menu: readonly MenuItem[]): readonly MenuItem[] {
  const pending = new Map<string, boolean>();
  for (const { intent } of board.outbox.entries.value)
    if (intent.kind === "availability") pending.set(intent.itemId, intent.available);
  return menu.map((item) => ({ ...item, available: pending.get(item.itemId) ?? item.available }));
}

// What is off comes first.
function matching(menu: readonly MenuItem[], text: string): readonly MenuItem[] {
  const words = text.trim().toLowerCase();
  return menu
    .filter((item) => item.name.toLowerCase().includes(words))
    .sort((one, other) => Number(one.available) - Number(other.available) || (one.name < other.name ? -1 : 1));
}

import { useComputed } from "@preact/signals";
import { number } from "../lib/format";
import { CourierState } from "./card-parts";
import { ingredientCounts, itemCounts, minutesSince } from "./cards";
import { Icon } from "./icons";
import { handOver } from "./intents";
import type { BoardModel } from "./model";
import { OrderButton } from "./order-button";
import { enteredAt, type Order } from "./state";
import { t } from "./texts";
import { panel } from "./ui";

type Props = { readonly board: BoardModel };

/** The items that are still to be made, over all cards, and their ingredients, over all brands. */
export function AllDay({ board }: Props) {
  const items = useComputed(() => itemCounts(board.cards.value)).value;
  const ingredients = useComputed(() => ingredientCounts(board.cards.value, board.items.value)).value;
  const known = board.catalogue.value.ingredients;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and contains nothing else to focus
    <aside class="all-day" aria-label={t("allDay")} tabIndex={0}>
      <h2>{t("itemsToMake")}</h2>
      {items.length === 0 && <p class="muted">{t("nothingToMake")}</p>}
      <ol>
        {items.map(({ id, name, quantity }) => (
          <li key={id}>
            <b class="number">{quantity}</b>
            <span>{name}</span>
          </li>
        ))}
      </ol>
      {ingredients.length > 0 && <h2>{t("ingredientsToUse")}</h2>}
      <ol class="ingredients">
        {ingredients.map(({ id, quantity }) => (
          <li key={id}>
            <b class="number">{measure(quantity, known.get(id)?.unit ?? "")}</b>
            <span>{known.get(id)?.name ?? id}</span>
          </li>
        ))}
      </ol>
    </aside>
  );
}

const largeUnits: Readonly<Record<string, string>> = { g: "kg", ml: "l" };

export function measure(quantity: number, unit: string): string {
  const large = largeUnits[unit];
  if (large && quantity >= 1_000) return `${number(quantity / 1_000, 1)} ${large}`;
  return unit === "piece" || unit === "" ? number(quantity) : `${number(quantity)} ${unit}`;
}

/** Ready orders, separate from the cards so that they do not clutter the cook's board. */
export function ReadyList({ board }: Props) {
  return (
    <>
      <h2>
        {t("readyTitle")} <span class="muted number">{board.ready.value.length}</span>
      </h2>
      {board.ready.value.length === 0 && <p class="muted">{t("readyEmpty")}</p>}
      <ul class="ready-list">
        {board.ready.value.map((order) => (
          <ReadyRow key={order.id} board={board} order={order} />
        ))}
      </ul>
    </>
  );
}

function ReadyRow({ board, order }: { board: BoardModel; order: Order }) {
  const since = enteredAt(order, "ready") ?? Date.parse(order.updatedAt);
  const minutes = useComputed(() => minutesSince(since, board.clock.second.value)).value;
  const isLate = useComputed(
    () => order.collectBy !== undefined && Date.parse(order.collectBy) < board.clock.second.value,
  ).value;
  const isPickup = order.fulfilment.type === "pickup";
  return (
    <li class={`ready-row ${board.brandClass(order.brandId)}`} data-late={isLate}>
      <div class="ready-text">
        <b class="order-number">#{order.number}</b>
        <span class="ready-facts">
          <span>{board.brandName(order.brandId)}</span>
          <span class="muted">
            <Icon name={isPickup ? "pickup" : "delivery"} />
            {isPickup ? (order.customer.name ?? t("pickup")) : <CourierState board={board} order={order} />}
          </span>
          <span class={isLate ? "ready-late" : "muted"}>
            {isLate && <Icon name="late" />}
            {t("readySince", { n: minutes })}
          </span>
        </span>
      </div>
      <OrderButton
        what={t(order.handoverCodes ? "enterCode" : "handOver")}
        order={order}
        onClick={() => {
          if (order.handoverCodes) panel.value = { kind: "hand_over", orderId: order.id };
          else board.do(handOver(order), true);
        }}
      />
    </li>
  );
}

import { reasonText } from "../lib/reasons";
import { type CardProps, Face, PlainLines } from "./card-parts";
import { Icon } from "./icons";
import { waste } from "./intents";
import { OrderButton } from "./order-button";
import type { Order } from "./state";
import { t } from "./texts";

/** A cancelled order stays until the cook has acknowledged it, and shows what becomes of the food. */
export function CancelledCard({ board, card }: CardProps) {
  const { order } = card;
  const step = order.timeline[order.timeline.length - 1];
  const isUnclear = mayHaveBeenCooked(order) && board.station === undefined;
  return (
    <Face board={board} order={order} look="cancelled-card">
      <div class="cancelled-band" role="alert">
        <Icon name="off" />
        <b>{t("cancelled")}</b>
        {step && <span>{t("cancelledBy", { who: t(`by_${step.by}`) })}</span>}
      </div>
      <p class="cancelled-hint">
        <b>{t("stopCooking")}</b>
        {step?.reason !== undefined && <span>{t("reason", { reason: reasonText(step.reason) })}</span>}
        {step?.stock === "by_progress" && <span>{t("bookedByProgress")}</span>}
        {step?.stock === "waste" && <span>{t("bookedWaste")}</span>}
      </p>
      <PlainLines lines={card.lines} look="struck" />
      {isUnclear ? (
        <div class="choices two">
          <p class="choices-title">{t("wasCooking")}</p>
          <button type="button" onClick={() => board.acknowledge(order.id)}>
            {t("untouched")}
          </button>
          <button
            type="button"
            onClick={() => {
              const action = waste(order, board.items.value);
              if (action) board.do(action);
              board.acknowledge(order.id);
            }}
          >
            {t("thrownAway")}
          </button>
        </div>
      ) : (
        <footer class="card-foot">
          <OrderButton look="bump" what={t("gotIt")} order={order} onClick={() => board.acknowledge(order.id)} />
        </footer>
      )}
    </Face>
  );
}

// The order was in preparation, but without recorded progress: the server returned all ingredients to stock.
function mayHaveBeenCooked({ timeline }: Order): boolean {
  const step = timeline[timeline.length - 1];
  return step?.stock === "return" && timeline.some((one) => one.status === "preparing");
}

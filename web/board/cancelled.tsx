import { brandClass } from "./brands";
import { CardHead, type CardProps, LineText } from "./card-parts";
import { Icon } from "./icons";
import { waste } from "./intents";
import type { Order } from "./state";
import { named, t } from "./texts";

/** A cancelled order stays until the cook has seen it, and says what became of the food. */
export function CancelledCard({ board, card }: CardProps) {
  const { order } = card;
  const step = order.timeline[order.timeline.length - 1];
  const isUnclear = mayHaveBeenCooked(order) && board.station === undefined;
  return (
    <article
      class={`card cancelled-card ${brandClass(order.brandId)}`}
      aria-label={t("order", { number: `#${order.number}` })}
      data-order={order.id}
      data-status="cancelled"
      tabIndex={-1}
    >
      <CardHead board={board} order={order} />
      <div class="cancelled-band" role="alert">
        <Icon name="off" />
        <b>{t("cancelled")}</b>
        {step && <span>{t("cancelledBy", { who: t(`by_${step.by}`) })}</span>}
      </div>
      <p class="cancelled-hint">
        <b>{t("stopCooking")}</b>
        {step?.reason !== undefined && <span>{t("reason", { reason: step.reason.replaceAll("_", " ") })}</span>}
        {step?.stock === "by_progress" && <span>{t("bookedByProgress")}</span>}
        {step?.stock === "waste" && <span>{t("bookedWaste")}</span>}
      </p>
      <ul class="lines plain struck">
        {card.lines.map((line) => (
          <li key={line.indices[0]}>
            <LineText line={line} />
          </li>
        ))}
      </ul>
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
          <button
            type="button"
            class="bump"
            aria-label={named(t("gotIt"), order)}
            onClick={() => board.acknowledge(order.id)}
          >
            {t("gotIt")}
          </button>
        </footer>
      )}
    </article>
  );
}

// Prepared, but without recorded progress: the server has put all ingredients back in stock.
function mayHaveBeenCooked({ timeline }: Order): boolean {
  const step = timeline[timeline.length - 1];
  return step?.stock === "return" && timeline.some((one) => one.status === "preparing");
}

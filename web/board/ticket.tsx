import { LineText } from "./card-parts";
import { dueAt } from "./cards";
import type { BoardModel } from "./model";
import { orderOf } from "./panels";
import { t } from "./texts";
import { panel } from "./ui";

/** The order of the open panel on 80 mm paper; not shown on the screen. */
export function Ticket({ board }: { board: BoardModel }) {
  const shown = panel.value;
  const order = shown?.kind === "details" ? orderOf(board, shown.orderId) : undefined;
  if (!order) return null;
  return (
    <section class="ticket" aria-hidden="true">
      <p class="ticket-number">#{order.number}</p>
      <p class="ticket-brand">{board.brandName(order.brandId)}</p>
      <p>
        {order.fulfilment.type === "pickup" ? t("pickup") : t("delivery")} · {order.channel}
      </p>
      <p>
        {t("placedAt", { time: board.time(order.placedAt) })} · {t("due", { time: board.time(dueAt(order)) })}
      </p>
      <ul>
        {board.make.value(order).lines.map((line) => (
          <li key={line.indices[0]}>
            <LineText line={line} />
          </li>
        ))}
      </ul>
      {order.externalReference !== undefined && <p>{order.externalReference}</p>}
    </section>
  );
}

import { useComputed } from "@preact/signals";
import { AcceptCard } from "./accept";
import { CancelledCard } from "./cancelled";
import { CardFacts, CardHead, type CardProps, LineText, TimeBar } from "./card-parts";
import { isStartable, type LineGroup, levelOf } from "./cards";
import { Icon } from "./icons";
import { finish, start } from "./intents";
import { cellsOf } from "./layout";
import { tapLine } from "./lines";
import type { BoardModel } from "./model";
import { OrderButton } from "./order-button";
import type { Order } from "./state";
import { t } from "./texts";

export function OrderCard({ board, card }: CardProps) {
  if (card.order.status === "cancelled") return <CancelledCard board={board} card={card} />;
  if (card.order.status === "placed") return <AcceptCard board={board} card={card} />;
  return <CookCard board={board} card={card} />;
}

/** A long order continues in the next cell, after a torn edge. */
function CookCard({ board, card }: CardProps) {
  const { order, lines } = card;
  const cells = cellsOf(lines);
  const level = useComputed(() => levelOf(order, board.clock.second.value, board.need.value));
  return (
    <>
      {cells.map((cell, index) => {
        const isFirst = index === 0;
        const isLast = index === cells.length - 1;
        const part = t("part", { n: index + 1, count: cells.length });
        const label = t("order", { number: `#${order.number}` });
        return (
          <article
            key={index}
            class={`card ${board.brandClass(order.brandId)} ${isFirst ? "" : "torn-start"} ${isLast ? "" : "torn-end"}`}
            aria-label={isFirst ? label : `${label}, ${part}`}
            data-level={level}
            data-order={isFirst ? order.id : undefined}
            data-status={order.status}
            tabIndex={isFirst ? -1 : undefined}
          >
            {isFirst ? (
              <>
                <CardHead board={board} order={order} />
                <TimeBar board={board} order={order} />
                <CardFacts board={board} card={card} />
              </>
            ) : (
              <p class="continued">
                <b>#{order.number}</b> {t("continues")} · {part}
              </p>
            )}
            <ul class="lines">
              {cell.map((line) => (
                <Line key={line.indices[0]} board={board} order={order} line={line} />
              ))}
            </ul>
            {isLast ? <CardFoot board={board} card={card} /> : <p class="continues">{part}</p>}
          </article>
        );
      })}
    </>
  );
}

function Line({ board, order, line }: { board: BoardModel; order: Order; line: LineGroup }) {
  return (
    <li>
      <button
        type="button"
        class="line"
        data-state={line.state}
        aria-pressed={line.state === "done"}
        disabled={order.status !== "accepted" && order.status !== "preparing"}
        onClick={() => tapLine(board, order, line)}
      >
        <LineText line={line} />
        {line.state !== "waiting" && (
          <span class="line-state">
            <Icon name={line.state === "done" ? "check" : "busy"} />
            <span class="visually-hidden">{line.state === "done" ? t("done") : t("started")}</span>
          </span>
        )}
      </button>
    </li>
  );
}

function CardFoot({ board, card }: CardProps) {
  const { station } = board;
  return (
    <footer class="card-foot">
      {isStartable(card, station) && (
        <OrderButton what={t("start")} order={card.order} onClick={() => board.do(start(card, station))} />
      )}
      <OrderButton
        look="bump"
        icon="check"
        what={t(station === undefined ? "ready" : "doneHere")}
        order={card.order}
        onClick={() => board.do(finish(card, station), true)}
      />
    </footer>
  );
}

import { useComputed } from "@preact/signals";
import { AcceptCard } from "./accept";
import { brandClass } from "./brands";
import { CancelledCard } from "./cancelled";
import { CardFacts, CardHead, type CardProps, LineText, TimeBar } from "./card-parts";
import { type LineGroup, levelOf } from "./cards";
import { Icon } from "./icons";
import { bump, progress } from "./intents";
import { cellsOf } from "./layout";
import type { BoardModel } from "./model";
import type { Order } from "./state";
import { t } from "./texts";
import { columns } from "./ui";

export function OrderCard({ board, card }: CardProps) {
  if (card.order.status === "cancelled") return <CancelledCard board={board} card={card} />;
  if (card.order.status === "placed") return <AcceptCard board={board} card={card} />;
  return <CookCard board={board} card={card} />;
}

function CookCard({ board, card }: CardProps) {
  const { order, lines } = card;
  const cells = cellsOf(lines);
  const level = useComputed(() => levelOf(order, board.clock.second.value, board.need.value));
  return (
    <article
      class={`card ${brandClass(order.brandId)} ${spanClass(cells.length)}`}
      aria-label={t("order", { number: `#${order.number}` })}
      data-level={level}
      data-order={order.id}
      data-status={order.status}
      tabIndex={-1}
    >
      <CardHead board={board} order={order} />
      <TimeBar board={board} order={order} />
      <CardFacts board={board} card={card} />
      <div class="cells">
        {cells.map((cell, index) => (
          <ul class="lines" key={index}>
            {cell.map((line) => (
              <Line key={line.indices[0]} board={board} order={order} line={line} />
            ))}
          </ul>
        ))}
      </div>
      <CardFoot board={board} card={card} />
    </article>
  );
}

export function spanClass(cells: number): string {
  return `span-${Math.min(cells, columns.value, 3)}`;
}

function Line({ board, order, line }: { board: BoardModel; order: Order; line: LineGroup }) {
  const to = line.state === "done" ? "waiting" : "done";
  const label = line.state === "done" ? t("done") : line.state === "started" ? t("started") : t("waiting");
  return (
    <li>
      <button
        type="button"
        class="line"
        data-state={line.state}
        aria-pressed={line.state === "done"}
        disabled={order.status !== "accepted" && order.status !== "preparing"}
        onClick={() => board.do(progress(order, line.indices, to, board.station))}
      >
        <LineText line={line} />
        <span class="line-state">
          {line.state === "done" && <Icon name="check" />}
          {line.state === "started" && <Icon name="busy" />}
          <span class="visually-hidden">{label}</span>
        </span>
      </button>
    </li>
  );
}

function CardFoot({ board, card }: CardProps) {
  const { order, lines } = card;
  const { station } = board;
  const undone = lines.flatMap((line) => (line.state === "done" ? [] : line.indices));
  const waiting = lines.flatMap((line) => (line.state === "waiting" ? line.indices : []));
  const isStartable = lines.every((line) => line.state === "waiting");
  return (
    <footer class="card-foot">
      {isStartable && (
        <button
          type="button"
          class="start"
          aria-label={t("startOrder", { number: order.number })}
          onClick={() => board.do(progress(order, waiting, "started", station))}
        >
          {t("start")}
        </button>
      )}
      {station === undefined ? (
        <button
          type="button"
          class="bump"
          aria-label={t("bumpOrder", { number: order.number })}
          onClick={() => board.do(bump(order), true)}
        >
          <Icon name="check" />
          {t("ready")}
        </button>
      ) : (
        <button
          type="button"
          class="bump"
          aria-label={t("doneOrder", { number: order.number })}
          onClick={() => board.do(progress(order, undone, "done", station), true)}
        >
          <Icon name="check" />
          {t("doneHere")}
        </button>
      )}
    </footer>
  );
}

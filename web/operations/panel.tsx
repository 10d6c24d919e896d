import { useLayoutEffect, useRef } from "preact/hooks";
import { timeOrDay } from "../lib/format";
import { CallLink } from "./attention-list";
import type { OperationsModel } from "./model";
import { OrderPanel } from "./order";
import { isLate, lateBy, minutesLate, readyBy } from "./rows";
import { isOpen, type KnownOrder, type Operations } from "./state";
import { statusKeys, t } from "./texts";

type PanelProps = { readonly state: Operations; readonly now: number; readonly model: OperationsModel };

/** The panel next to the grid: the orders of a kitchen, or one order. */
export function Panel({ state, now, model }: PanelProps) {
  const { kitchen, order } = model.selection.value;
  const place = useRef<HTMLElement>(null);
  const opened = useRef<{ by: Element | null; kitchen: string | undefined } | undefined>(undefined);
  // On a phone the panel replaces the list: the focus moves there and back, for screen readers and keyboards.
  useLayoutEffect(() => {
    if (place.current) {
      opened.current = { by: opened.current?.by ?? document.activeElement, kitchen };
      place.current.focus();
    } else {
      focusOn(opened.current?.by, document.getElementById(`kitchen-${opened.current?.kitchen}`));
      opened.current = undefined;
    }
  }, [kitchen, order]);
  if (!kitchen && !order) return null;
  return (
    <aside class="panel" ref={place} tabIndex={-1} aria-label={order ? t("timeline") : t("kitchen")}>
      {order ? (
        <OrderPanel model={model} state={state} />
      ) : (
        <KitchenPanel kitchenId={kitchen ?? ""} state={state} now={now} model={model} />
      )}
    </aside>
  );
}

/** The opener may be gone: an attention entry disappears once it was acted on. */
function focusOn(opener: Element | null | undefined, otherwise: HTMLElement | null): void {
  const isThere = opener instanceof HTMLElement && opener !== document.body && opener.isConnected;
  (isThere ? opener : otherwise)?.focus();
}

type KitchenProps = PanelProps & { readonly kitchenId: string };

function KitchenPanel({ kitchenId, state, now, model }: KitchenProps) {
  const kitchen = state.kitchens.get(kitchenId);
  const orders = [...state.orders.values()]
    .filter((order) => order.kitchenId === kitchenId && isOpen(order))
    .sort((one, other) => lateBy(other, now) - lateBy(one, now) || one.placedAt - other.placedAt);
  return (
    <>
      <header class="panel-head">
        <h2>{t("orders_of", { name: kitchen?.name ?? kitchenId })}</h2>
        <button type="button" aria-label={t("close")} onClick={() => model.select({})}>
          ✕
        </button>
      </header>
      <p class="choices">
        <a class="button" href={`/kitchen/${kitchenId}`}>
          {t("to_board")}
        </a>
        <a class="button" href={`/stock/${kitchenId}`}>
          {t("to_stock")}
        </a>
        <CallLink kitchen={kitchen} />
      </p>
      {orders.length === 0 && (
        <p class="empty">
          <strong>{t("no_orders")}</strong>
          {t("no_orders_what")}
        </p>
      )}
      <ul class="order-list">
        {orders.map((order) => (
          <li key={order.id}>
            <button type="button" onClick={() => model.select({ kitchen: kitchenId, order: order.id })}>
              <b class="number">#{order.number}</b>
              <span>{t(statusKeys[order.status])}</span>
              <Due order={order} now={now} zone={kitchen?.timeZone} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Due({ order, now, zone }: { order: KnownOrder; now: number; zone: string | undefined }) {
  if (isLate(order, now)) return <span class="chip bad">✕ {t("late_by", { n: minutesLate(order, now) })}</span>;
  if (order.awaitsRelease) return <span class="chip">{t("scheduled")}</span>;
  const due = order.status === "ready" || order.status === "out_for_delivery" ? order.deliverTo : readyBy(order);
  return due === undefined ? (
    <span />
  ) : (
    <span class="muted number">{t("due", { time: timeOrDay(due, now, zone) })}</span>
  );
}

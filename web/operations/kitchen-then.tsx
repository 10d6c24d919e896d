import { useSignal } from "@preact/signals";
import type { Schemas } from "../lib/api";
import { dayTime, timeOrDay } from "../lib/format";
import { Failed, Loading } from "../lib/screen";
import { quantity } from "../lib/units";
import type { OperationsModel } from "./model";
import { minuteMs } from "./rows";
import { statusKeys, t } from "./texts";

type Then = Schemas["PastKitchen"];
type ThenProps = {
  /** The order as shown: its version defines the moment. */
  readonly order: Schemas["OrderView"];
  readonly zone: string | undefined;
  readonly model: OperationsModel;
};

/** The kitchen's orders and stock right after the shown version of the order. */
export function KitchenThen({ order, zone, model }: ThenProps) {
  // The order may change while this section is open: the section keeps the version at which it was opened.
  const opened = useSignal<Schemas["OrderView"] | undefined>(undefined);
  const { version, answer } = model.kitchenThen.value ?? {};
  const then = version === opened.value?.version ? answer : undefined;
  const toggle = (isOpen: boolean) => {
    opened.value = isOpen ? order : undefined;
    if (isOpen) void model.readKitchenThen(order);
  };
  const time = dayTime((opened.value ?? order).updatedAt, zone);
  return (
    <details class="kitchen-then" onToggle={({ currentTarget }) => toggle(currentTarget.open)}>
      <summary>{t("kitchen_then", { time })}</summary>
      {then === undefined ? (
        <Loading />
      ) : "failure" in then ? (
        <Failed failure={then.failure} />
      ) : (
        <>
          <OrdersThen then={then} zone={zone} model={model} />
          <StockThen then={then} />
        </>
      )}
    </details>
  );
}

function OrdersThen({ then, zone, model }: { then: Then; zone: string | undefined; model: OperationsModel }) {
  return (
    <>
      <h4>{t("open_then", { n: then.orders.length })}</h4>
      {then.truncated && <p class="muted">{t("more_then")}</p>}
      <ul class="order-list">
        {then.orders.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              onClick={() => model.select({ kitchen: then.kitchenId, order: one.id, version: one.version })}
            >
              <b class="number">#{one.number}</b>
              <span>{t(statusKeys[one.status])}</span>
              <DueThen order={one} at={Date.parse(then.at)} zone={zone} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

type DueProps = { readonly order: Then["orders"][number]; readonly at: number; readonly zone: string | undefined };

function DueThen({ order: { status, readyAt, releaseAt }, at, zone }: DueProps) {
  if (releaseAt !== undefined) return <span class="chip">{t("scheduled")}</span>;
  if (readyAt === undefined || status === "ready" || status === "out_for_delivery") return <span />;
  const late = Math.ceil((at - Date.parse(readyAt)) / minuteMs);
  if (late > 0) return <span class="chip bad">✕ {t("late_by", { n: late })}</span>;
  return <span class="muted number">{t("due", { time: timeOrDay(readyAt, at, zone) })}</span>;
}

function StockThen({ then: { stock } }: { then: Then }) {
  return (
    <>
      <h4>{t("stock_then")}</h4>
      {stock === undefined ? (
        <p class="muted">{t("no_stock_then")}</p>
      ) : stock.length === 0 ? (
        <p class="muted">{t("needs_nothing")}</p>
      ) : (
        <dl class="totals">
          {stock.map(({ sku, name, unit, onHand }) => (
            <div key={sku}>
              <dt>{name}</dt>
              <dd class="number">{quantity(onHand, unit)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

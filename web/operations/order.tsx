import { useSignal } from "@preact/signals";
import type { Schemas } from "../lib/api";
import { dayTime, money, timeOrDay } from "../lib/format";
import { Failed, Loading } from "../lib/screen";
import { KitchenThen } from "./kitchen-then";
import type { OperationsModel, OrderDetail } from "./model";
import type { Operations } from "./state";
import { statusKeys, t } from "./texts";
import { Timeline } from "./timeline";
import { messageText, paymentText } from "./words";

type Order = Schemas["OrderView"];

export function OrderPanel({ model, state }: { model: OperationsModel; state: Operations }) {
  const { selection, detail, detailFailure } = model;
  const { kitchen } = selection.value;
  const back = () => model.select({ kitchen });
  return (
    <>
      <header class="panel-head">
        {kitchen && (
          <button type="button" aria-label={t("back")} onClick={back}>
            ←
          </button>
        )}
        <h2>{detail.value ? t("order_n", { number: detail.value.order.number }) : t("timeline")}</h2>
        <button type="button" aria-label={t("close")} onClick={() => model.select({})}>
          ✕
        </button>
      </header>
      {detailFailure.value !== undefined && !detail.value && <Failed failure={detailFailure.value} />}
      {!detail.value && detailFailure.value === undefined && <Loading />}
      {detail.value && <Detail detail={detail.value} state={state} model={model} />}
    </>
  );
}

type DetailProps = { readonly detail: OrderDetail; readonly state: Operations; readonly model: OperationsModel };

function Detail({ detail: { order: current, messages }, state, model }: DetailProps) {
  const past = model.past.value;
  const order = past ?? current;
  const kitchen = state.kitchens.get(order.kitchenId);
  const zone = kitchen?.timeZone;
  const now = model.clock.now();
  return (
    <div class={past ? "order past" : "order"}>
      {past && (
        <p class="past-note" role="status">
          <b>{t("as_it_was", { time: dayTime(past.updatedAt, zone) })}</b>
          <span>{t("version_of", { n: past.version, of: current.version })}</span>
          <button type="button" onClick={() => model.showVersion(undefined)}>
            {t("to_now")}
          </button>
        </p>
      )}
      <p class="order-facts">
        <span class={`chip ${order.status === "cancelled" ? "bad" : "good"}`}>{t(statusKeys[order.status])}</span>
        <span class="chip">{kitchen?.name ?? order.kitchenId}</span>
        <span class="chip">{order.channel}</span>
        <span class="chip">{t(order.fulfilment.type)}</span>
        {order.promise && (
          <span class="chip">{t("promise_to", { time: timeOrDay(order.promise.readyAt, now, zone) })}</span>
        )}
        {order.courierId && (
          <span class="chip">{t("courier_is", { id: order.courierContact?.name ?? order.courierId })}</span>
        )}
      </p>
      {!past && <Actions order={order} model={model} />}
      <h3>{t("timeline")}</h3>
      <Timeline order={current} version={order.version} zone={zone} model={model} />
      <KitchenThen key={`${order.id}/${past ? order.version : "now"}`} order={order} zone={zone} model={model} />
      <h3>{t("lines")}</h3>
      <Lines order={order} />
      <Totals order={order} />
      {!past && <Contacts order={order} messages={messages} now={now} zone={zone} />}
    </div>
  );
}

function Actions({ order, model }: { order: Order; model: OperationsModel }) {
  return (
    <>
      {order.allowedStatuses.includes("accepted") && (
        <button type="button" class="primary" onClick={() => void model.accept(order)}>
          {t("accept")}
        </button>
      )}
      <FailedDelivery order={order} model={model} />
      {canAssign(order) && <AssignCourier key={order.id} order={order} model={model} />}
    </>
  );
}

type ContactsProps = {
  readonly order: Order;
  readonly messages: OrderDetail["messages"];
  readonly now: number;
  readonly zone: string | undefined;
};

/** Data without versions, shown only for the current state of the order. */
function Contacts({ order, messages, now, zone }: ContactsProps) {
  const { name, phone, email } = order.customer;
  const known = [name, phone, email].filter(Boolean);
  return (
    <>
      <Codes order={order} />
      <h3>{t("customer")}</h3>
      <p>
        {known.map((one, index) => (
          <span key={one}>
            {index > 0 && " · "}
            <bdi>{one}</bdi>
          </span>
        ))}
        {known.length === 0 && "–"}
      </p>
      <h3>{t("messages")}</h3>
      {messages.length === 0 ? (
        <p class="muted">{t("no_messages")}</p>
      ) : (
        <ul class="messages">
          {messages.map((message) => (
            <li key={`${message.status}/${message.channel}/${message.at}`}>
              <span class="number muted">{timeOrDay(message.at, now, zone)}</span> {messageText(message)}
              {message.error && <span class="muted"> · {message.error}</span>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function canAssign({ status, fulfilment }: Order): boolean {
  return fulfilment.type === "delivery" && (status === "accepted" || status === "preparing" || status === "ready");
}

function AssignCourier({ order, model }: { order: Order; model: OperationsModel }) {
  const courier = useSignal(order.courierId ?? "");
  const name = useSignal(order.courierContact?.name ?? "");
  const isSame = courier.value === order.courierId && name.value === (order.courierContact?.name ?? "");
  const assign = (event: Event) => {
    event.preventDefault();
    void model.assign(order, courier.value.trim(), name.value.trim());
  };
  return (
    <form class="assign" onSubmit={assign}>
      <label>
        {t("courier_id")}
        <input
          required
          maxLength={100}
          autocomplete="off"
          value={courier.value}
          onInput={({ currentTarget }) => {
            courier.value = currentTarget.value;
          }}
        />
      </label>
      <label>
        {t("courier_name")}
        <input
          maxLength={100}
          autocomplete="off"
          value={name.value}
          onInput={({ currentTarget }) => {
            name.value = currentTarget.value;
          }}
        />
      </label>
      <button
        type="submit"
        class={order.status === "ready" ? "primary" : undefined}
        disabled={isSame || !courier.value.trim()}
      >
        {t(order.courierId ? "reassign" : "assign")}
      </button>
    </form>
  );
}

const decisions = ["retry", "return", "give_up"] as const;

function FailedDelivery({ order, model }: { order: Order; model: OperationsModel }) {
  const failed = order.deliveryAttempts?.find(({ decision }) => decision === undefined);
  if (!failed || order.status !== "out_for_delivery") return null;
  return (
    <section class="failed-delivery">
      <p>
        <b>{t("attempt_failed", { attempt: failed.attempt, why: t(failed.outcome) })}</b>
      </p>
      <div class="choices">
        {decisions.map((decision) => (
          <button key={decision} type="button" onClick={() => void model.decide(order, failed.attempt, decision)}>
            {t(decision)}
          </button>
        ))}
      </div>
    </section>
  );
}

function Lines({ order }: { order: Order }) {
  return (
    <ul class="order-lines">
      {order.lines.map((line, index) => (
        <li key={index}>
          <b class="number">{line.quantity} ×</b>
          <span>
            {line.name} <LineState state={order.progress?.[index]?.state} />
            {line.modifiers.map(({ itemId, name, quantity }) => (
              <span key={itemId} class="muted block">
                + {quantity > 1 ? `${quantity} × ` : ""}
                {name}
              </span>
            ))}
            {line.note && (
              <span class="order-note" dir="auto">
                {line.note}
              </span>
            )}
          </span>
          <span class="number">{money(line.subtotal)}</span>
        </li>
      ))}
    </ul>
  );
}

function LineState({ state }: { state: Schemas["LineState"] | undefined }) {
  if (state !== "started" && state !== "done") return null;
  return <span class="chip">{t(`line_${state}`)}</span>;
}

/** A manager reads these codes to a courier or a customer who has lost theirs. */
function Codes({ order: { collectionCode, deliveryCode } }: { order: Order }) {
  if (!collectionCode && !deliveryCode) return null;
  return (
    <dl class="totals">
      {collectionCode && (
        <div>
          <dt>{t("collection_code")}</dt>
          <dd class="number">{collectionCode}</dd>
        </div>
      )}
      {deliveryCode && (
        <div>
          <dt>{t("delivery_code")}</dt>
          <dd class="number">{deliveryCode}</dd>
        </div>
      )}
    </dl>
  );
}

function Totals({ order: { totals, payment } }: { order: Order }) {
  return (
    <dl class="totals">
      {(["subtotal", "fees", "tax", "total"] as const).map((name) => (
        <div key={name} class={name}>
          <dt>{t(name)}</dt>
          <dd class="number">{money(totals[name])}</dd>
        </div>
      ))}
      {payment && (
        <div>
          <dt>{t("payment")}</dt>
          <dd>{paymentText(payment)}</dd>
        </div>
      )}
    </dl>
  );
}

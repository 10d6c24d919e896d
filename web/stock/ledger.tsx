import { dayTime } from "../lib/format";
import { Failed, Loading } from "../lib/screen";
import { change, quantity } from "../lib/units";
import type { StockModel } from "./model";
import { Empty } from "./parts";
import type { Level } from "./state";
import { t } from "./texts";

const kinds = {
  sold: "sold",
  returned: "kind_returned",
  wasted: "kind_wasted",
  received: "received",
  counted: "kind_counted",
  corrected: "corrected",
} as const;

export function LedgerTab({ model }: { model: StockModel }) {
  const levels = [...(model.stock.value?.levels ?? [])].sort((one, other) => one.name.localeCompare(other.name));
  const level = levels.find(({ sku }) => sku === model.chosen.value);
  return (
    <>
      <label class="field">
        {t("choose_ingredient")}
        <select
          value={model.chosen.value ?? ""}
          onChange={({ currentTarget }) => void model.readLedger(currentTarget.value)}
        >
          <option value="" disabled>
            —
          </option>
          {levels.map(({ sku, name }) => (
            <option key={sku} value={sku}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {level && <Movements level={level} model={model} />}
    </>
  );
}

function Movements({ level, model }: { level: Level; model: StockModel }) {
  const ledger = model.ledger.value;
  const failure = model.ledgerFailure.value;
  if (failure !== undefined) return <Failed failure={failure} retry={() => void model.readLedger(level.sku)} />;
  if (ledger?.sku !== level.sku) return <Loading />;
  if (ledger.entries.length === 0) return <Empty title={t("ledger_empty")} text={t("ledger_empty_what")} />;
  const zone = model.kitchen.value?.timeZone;
  return (
    <>
      <p class="level-quantity">
        <b class="number">{quantity(ledger.entries[0]?.balance ?? level.onHand, level.unit)}</b>{" "}
        <span class="muted">{t("on_hand")}</span>
      </p>
      <ol class="ledger" aria-label={level.name}>
        {ledger.entries.map(({ position, at, kind, delta, balance, note, reason, orderId, orderNumber }, index) => (
          <li key={`${position}.${index}`}>
            <span class="ledger-what">
              <b>{t(kinds[kind])}</b>
              <span class="muted small number">{dayTime(at, zone)}</span>
              {reason && <span class="small">{t(reason)}</span>}
              {note && <span class="small">{noteOf(note)}</span>}
              {orderId && <OrderLink id={orderId} number={orderNumber} isLink={model.isManager} />}
            </span>
            <span class={`number ledger-delta ${delta < 0 ? "less" : "more"}`}>{change(delta, level.unit)}</span>
            <span class="number muted">{quantity(balance, level.unit)}</span>
          </li>
        ))}
      </ol>
      {ledger.next && (
        <button type="button" onClick={() => void model.readLedger(level.sku, true)}>
          {t("older")}
        </button>
      )}
    </>
  );
}

// Before movements had reasons, reasons were stored as notes; other notes are free text.
function noteOf(note: string): string {
  const reasons = ["burnt", "spoiled", "dropped", "returned", "trial"] as const;
  const reason = reasons.find((one) => one === note);
  return reason ? t(reason) : note;
}

type OrderProps = { readonly id: string; readonly number: number | undefined; readonly isLink: boolean };

/** Cooks know an order by its number, and may not open the operations screen. */
function OrderLink({ id, number, isLink }: OrderProps) {
  const text = number === undefined ? t("order") : t("order_n", { number });
  if (!isLink) return <span class="small">{text}</span>;
  return (
    <a class="small" href={`/operations?order=${id}`} title={id}>
      {text}
    </a>
  );
}

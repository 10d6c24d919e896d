import { money, number } from "../lib/format";
import { explain, Failed, Loading, ScreenHead } from "../lib/screen";
import { midnightOf } from "../lib/zone";
import {
  CancellationChart,
  ItemCharts,
  OrdersChart,
  PromiseChart,
  percent,
  RevenueChart,
  StageCharts,
  WasteChart,
} from "./charts";
import type { AnalyticsModel, Figures } from "./model";
import { type Preset, presetOf, presets, type Range } from "./range";
import { changeOf, type Hour, keptShare, soFar } from "./state";
import { asOfText, t } from "./texts";

export function AnalyticsScreen({ model }: { model: AnalyticsModel }) {
  const { figures, failure, range, isLoading } = model;
  const shown = figures.value;
  return (
    <div class="analytics" aria-busy={isLoading.value}>
      <ScreenHead
        title={t("analytics")}
        {...(shown && { subtitle: asOfText(shown.asOf, shown.zone) })}
        kitchenId={range.value?.kitchen}
      />
      <div class="analytics-body">
        {range.value && <Filter model={model} range={range.value} />}
        {!shown && failure.value === undefined && <Loading />}
        {!shown && failure.value !== undefined && <Failed failure={failure.value} retry={() => void model.start()} />}
        {shown && failure.value !== undefined && (
          <p class="notice bad" role="alert">
            {t("stale", { why: explain(failure.value).title })}
          </p>
        )}
        {shown && (
          <>
            <Totals figures={shown} />
            <div class="charts">
              <OrdersChart figures={shown} />
              <RevenueChart figures={shown} />
              <StageCharts figures={shown} />
              <PromiseChart figures={shown} />
              <CancellationChart figures={shown} />
              <WasteChart figures={shown} />
              <ItemCharts figures={shown} />
            </div>
          </>
        )}
      </div>
    </div>
  );
}

function Filter({ model, range }: { model: AnalyticsModel; range: Range }) {
  const zone = model.zoneOf(range.kitchen);
  const date = (key: "first" | "last", value: string) => {
    const next = { ...range, [key]: value };
    if (Number.isNaN(midnightOf(value, zone))) return;
    const [first, last] = next.first <= next.last ? [next.first, next.last] : [value, value];
    model.select({ ...next, first, last });
  };
  return (
    <form class="filter" onSubmit={(event) => event.preventDefault()}>
      <label>
        {t("kitchen")}
        <select
          value={range.kitchen ?? ""}
          onChange={({ currentTarget }) => model.select({ ...range, kitchen: currentTarget.value || undefined })}
        >
          <option value="">{t("all_kitchens")}</option>
          {model.kitchens.value.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("from")}
        <input
          type="date"
          value={range.first}
          max={range.last}
          onChange={({ currentTarget }) => date("first", currentTarget.value)}
        />
      </label>
      <label>
        {t("to")}
        <input type="date" value={range.last} onChange={({ currentTarget }) => date("last", currentTarget.value)} />
      </label>
      <fieldset class="choices">
        <legend class="visually-hidden">{t("range")}</legend>
        {(Object.keys(presets) as Preset[]).map((preset) => {
          const days = presetOf(preset, model.clock.now(), zone);
          return (
            <button
              key={preset}
              type="button"
              aria-pressed={days.first === range.first && days.last === range.last}
              onClick={() => model.select({ ...range, ...days })}
            >
              {t(preset)}
            </button>
          );
        })}
      </fieldset>
    </form>
  );
}

function Totals({ figures }: { figures: Figures }) {
  const { summary, currency, range } = figures;
  const { promises } = summary;
  const isDay = range.first === range.last;
  const revenue = summary.revenue.map((one) => money(one, "whole")).join(" + ") || "–";
  const share = summary.placed > 0 ? (100 * summary.cancelled.count) / summary.placed : 0;
  return (
    <dl class="totals">
      <Total name={t("orders")} text={number(summary.placed)}>
        {isDay && <AgainstUsual hours={figures.orders} text={(value) => number(value)} />}
      </Total>
      <Total name={`${t("revenue")}, ${t("before_tax")}`} text={revenue}>
        {isDay && currency && (
          <AgainstUsual hours={figures.revenue} text={(amount) => money({ amount, currency }, "whole")} />
        )}
      </Total>
      <Total name={t("delivered")} text={number(summary.delivered)} />
      <Total name={t("cancelled")} text={number(summary.cancelled.count)}>
        <p>{t("of_orders", { percent: number(share, 1) })}</p>
      </Total>
      <Total name={t("promise_kept")} text={percent(keptShare(promises))}>
        {promises.late.seconds && <p>{t("late_by", { n: number(promises.late.seconds.p90 / 60, 1) })}</p>}
      </Total>
    </dl>
  );
}

type TotalProps = { readonly name: string; readonly text: string; readonly children?: preact.ComponentChildren };

function Total({ name, text, children }: TotalProps) {
  return (
    <div class="card total">
      <dt>{name}</dt>
      <dd>
        <b class="number">{text}</b>
        {children}
      </dd>
    </div>
  );
}

function AgainstUsual({ hours, text }: { hours: readonly Hour[]; text: (value: number) => string }) {
  const { today, usual, hours: over } = soFar(hours);
  const change = changeOf(today, usual);
  if (change === undefined) return <p>{t("no_usual")}</p>;
  const percent = `${change < 0 ? "−" : "+"}${number(Math.abs(change), Math.abs(change) < 10 ? 1 : 0)}`;
  const hour = String(over).padStart(2, "0");
  return <p>{t("vs_usual", { today: text(today), usual: text(usual), hour, percent })}</p>;
}

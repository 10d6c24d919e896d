import type { ReadonlySignal } from "@preact/signals";
import { number } from "../lib/format";
import type { LiveStatus } from "../lib/live";
import { NoticeBar } from "../lib/notice";
import { Failed, LinkState, Loading, ScreenHead, Stale } from "../lib/screen";
import { hourMs } from "../lib/zone";
import { AttentionList } from "./attention-list";
import { Grid } from "./grid";
import { historyMax, type OperationsModel } from "./model";
import { Panel } from "./panel";
import { type Grade, type Numbers, openStatuses, placedMs } from "./rows";
import { statusKeys, t } from "./texts";

type ScreenProps = { readonly model: OperationsModel; readonly status: ReadonlySignal<LiveStatus> };

export function OperationsScreen({ model, status }: ScreenProps) {
  const shown = model.view.value;
  return (
    <div class="operations">
      <ScreenHead
        title={t("operations")}
        {...(shown && { subtitle: t("kitchens_n", { n: shown.rows.length }) })}
        kitchenId={model.selection.value.kitchen}
      >
        {model.failure.value === undefined && <LinkState status={status} />}
      </ScreenHead>
      <Stale status={status} />
      {!shown && model.failure.value === undefined && <Loading />}
      {model.failure.value !== undefined && <Failed failure={model.failure.value} retry={() => location.reload()} />}
      {shown && (
        <div class={model.selection.value.kitchen || model.selection.value.order ? "layout with-panel" : "layout"}>
          <div class="layout-main">
            {shown.state.isHistoryCut && (
              <p class="cut" role="status">
                <b>{t("history_cut", { n: number(historyMax), hours: placedMs / hourMs })}</b> {t("history_cut_what")}
              </p>
            )}
            <FourNumbers numbers={shown.numbers} />
            {shown.rows.length === 0 ? (
              <p class="empty">
                <strong>{t("no_kitchens")}</strong>
                {t("no_kitchens_what")}
              </p>
            ) : (
              <>
                <AttentionList list={shown.attention} state={shown.state} model={model} />
                <Legend />
                <Grid rows={shown.rows} model={model} />
              </>
            )}
          </div>
          <Panel state={shown.state} now={shown.now} model={model} />
        </div>
      )}
      <NoticeBar notices={model.notices} />
    </div>
  );
}

function FourNumbers({ numbers: { open, late, toAccept, withoutCourier } }: { numbers: Numbers }) {
  return (
    <dl class="numbers">
      <Figure name={t("open_now")} value={open} grade="good" />
      <Figure name={t("late_now")} value={late} grade={late > 0 ? "bad" : "good"} />
      <Figure name={t("to_accept")} value={toAccept} grade={toAccept > 0 ? "warn" : "good"} />
      <Figure name={t("no_courier")} value={withoutCourier} grade={withoutCourier > 0 ? "warn" : "good"} />
    </dl>
  );
}

const signs = { good: "", warn: "▲", bad: "✕" } as const;

function Figure({ name, value, grade }: { name: string; value: number; grade: Grade }) {
  return (
    <div class={`card figure ${grade}`}>
      <dt>{name}</dt>
      <dd class="number">
        {number(value)}
        <span class="figure-sign" aria-hidden="true">
          {signs[grade]}
        </span>
      </dd>
    </div>
  );
}

function Legend() {
  return (
    <ul class="legend" aria-hidden="true">
      {openStatuses.map((name) => (
        <li key={name}>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect class={`part-${name}`} width="10" height="10" rx="2" />
          </svg>
          {t(statusKeys[name])}
        </li>
      ))}
    </ul>
  );
}

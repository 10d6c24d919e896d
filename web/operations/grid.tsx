import { Sparkline, StackedBar } from "../lib/charts";
import { number } from "../lib/format";
import type { OperationsModel } from "./model";
import { type Grade, type KitchenRow, openStatuses } from "./rows";
import { statusKeys, t } from "./texts";
import { untilText } from "./words";

export function Grid({ rows, model }: { rows: readonly KitchenRow[]; model: OperationsModel }) {
  const most = Math.max(1, ...rows.map(({ open }) => open));
  return (
    <div class="grid-scroll">
      <table class="grid">
        <caption class="visually-hidden">{t("kitchens_n", { n: rows.length })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("kitchen")}</th>
            <th scope="col">{t("open")}</th>
            <th scope="col">{t("late")}</th>
            <th scope="col">{t("oldest")}</th>
            <th scope="col">{t("prepare")}</th>
            <th scope="col">{t("per_five")}</th>
            <th scope="col">{t("courier")}</th>
            <th scope="col">{t("stock")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} most={most} model={model} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, most, model }: { row: KitchenRow; most: number; model: OperationsModel }) {
  const parts = openStatuses.map((name) => ({ name, label: t(statusKeys[name]), value: row.byStatus[name] }));
  return (
    <tr class={model.selection.value.kitchen === row.id ? "selected" : undefined}>
      <th scope="row">
        <button
          type="button"
          id={`kitchen-${row.id}`}
          class="kitchen-name"
          onClick={() => model.select({ kitchen: row.id })}
        >
          {row.name}
        </button>
        <ModeChip row={row} now={model.clock.now()} />
      </th>
      <td data-label={t("open")}>
        <span class="open-cell">
          <b class="number">{number(row.open)}</b>
          <StackedBar parts={parts} most={most} />
        </span>
      </td>
      <Cell label={t("late")} grade={row.lateGrade} text={number(row.late)} />
      <Cell
        label={t("oldest")}
        grade={row.oldestGrade}
        text={row.oldestMinutes === undefined ? "–" : t("min", { n: row.oldestMinutes })}
      />
      <Cell
        label={t("prepare")}
        grade={row.prepareGrade}
        text={row.prepareP90Minutes === undefined ? "–" : t("min", { n: number(row.prepareP90Minutes) })}
        aside={row.promiseMinutes === undefined ? undefined : t("of_promise", { n: row.promiseMinutes })}
      />
      <td data-label={t("per_five")}>
        <Sparkline values={row.spark} label={t("spark", { values: row.spark.join(", ") })} />
      </td>
      <Cell label={t("courier")} grade={row.withoutCourier > 0 ? "warn" : "good"} text={number(row.withoutCourier)} />
      <td data-label={t("stock")}>
        <StockChips row={row} />
      </td>
    </tr>
  );
}

const signs = { good: "", warn: "▲ ", bad: "✕ " } as const;

type CellProps = {
  readonly label: string;
  readonly grade: Grade;
  readonly text: string;
  readonly aside?: string | undefined;
};

/** Shows a grade as a colour and a sign, and as a word for screen readers. */
function Cell({ label, grade, text, aside }: CellProps) {
  return (
    <td data-label={label} class={`graded ${grade}`}>
      <b class="number">
        <span aria-hidden="true">{signs[grade]}</span>
        {text}
      </b>
      {grade !== "good" && <span class="visually-hidden"> {t(`grade_${grade}`)}</span>}
      {aside && <span class="aside">{aside}</span>}
    </td>
  );
}

function ModeChip({ row, now }: { row: KitchenRow; now: number }) {
  if (row.mode === "online") return null;
  const until = row.modeUntil !== undefined && ` ${untilText(row, now)}`;
  return row.mode === "paused" ? (
    <span class="chip bad">
      <span aria-hidden="true">‖</span>
      {t("mode_paused")}
      {until}
    </span>
  ) : (
    <span class="chip warn">
      <span aria-hidden="true">▲</span>
      {t("busy", { n: row.delayMinutes })}
      {until}
    </span>
  );
}

function StockChips({ row }: { row: KitchenRow }) {
  if (row.stockOut + row.stockLow + row.itemsOff === 0) return <span class="muted">{t("stock_ok")}</span>;
  return (
    <span class="stock-chips">
      {row.stockOut > 0 && <span class="chip bad">✕ {t("out_n", { n: row.stockOut })}</span>}
      {row.stockLow > 0 && <span class="chip warn">▼ {t("low_n", { n: row.stockLow })}</span>}
      {row.itemsOff > 0 && <span class="chip">{t("items_off", { n: row.itemsOff })}</span>}
    </span>
  );
}

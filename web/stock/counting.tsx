import { useSignal } from "@preact/signals";
import { type Scale, scalesOf, typed } from "../lib/units";
import { type Count, type CountLine, progressOf, variancesOf, waitingOf } from "./count";
import type { StockModel } from "./model";
import { Empty, NumberInput, ScaleChoice, Search } from "./parts";
import { found, type Level } from "./state";
import { type Area, areasOf } from "./supply";
import { t } from "./texts";
import { VarianceList } from "./variances";

export function CountTab({ model }: { model: StockModel }) {
  const reviewing = useSignal(false);
  if (reviewing.value) return <Review model={model} back={() => (reviewing.value = false)} />;
  return <Counting model={model} review={() => (reviewing.value = true)} />;
}

function Counting({ model, review }: { model: StockModel; review: () => void }) {
  const words = useSignal("");
  const onlyOpen = useSignal(false);
  const { levels, supplies } = model.stock.value ?? { levels: [], supplies: {} };
  const { lines } = model.count.value;
  const progress = progressOf(model.count.value, levels);
  const areas = areasOf(levels, supplies);
  const shown = areas
    .map((area) => ({
      area,
      rows: found(area.levels, words.value).filter(({ sku }) => !onlyOpen.value || !lines[sku]),
    }))
    .filter(({ rows }) => rows.length > 0);
  return (
    <>
      <p class="muted no-print">{t("count_start_what")}</p>
      {!model.countIsStored.value && <p class="notice warn">{t("not_saved")}</p>}
      {model.link.value === "lost" && <p class="notice warn no-print">{t("count_offline")}</p>}
      <div class="toolbar">
        <Search label={t("search")} value={words.value} onSearch={(text) => (words.value = text)} />
        <div class="choices">
          <button type="button" aria-pressed={!onlyOpen.value} onClick={() => (onlyOpen.value = false)}>
            {t("show_all")}
          </button>
          <button type="button" aria-pressed={onlyOpen.value} onClick={() => (onlyOpen.value = true)}>
            {t("show_open")}
          </button>
        </div>
      </div>
      {shown.length === 0 && <Empty title={t("none_found")} text={t("none_found_what")} />}
      {shown.map(({ area, rows }) => (
        <div key={area.name ?? ""} class="count-area">
          <AreaHead {...area} count={model.count.value} isOnly={areas.length === 1} />
          <ul class="count-rows">
            {rows.map((level) => (
              <CountRow key={level.sku} level={level} line={lines[level.sku]} model={model} />
            ))}
          </ul>
        </div>
      ))}
      <div class="count-foot">
        <label class="count-progress">
          <span>{t("counted_of", progress)}</span>
          <progress value={progress.done} max={Math.max(progress.of, 1)} />
        </label>
        <div class="choices">
          <button type="button" onClick={() => window.print()}>
            {t("print_sheet")}
          </button>
          <button type="button" class="primary" disabled={progress.done === 0} onClick={review}>
            {progress.done === 1 ? t("review_one") : t("review", { n: progress.done })}
          </button>
        </div>
      </div>
      <CountSheet areas={areas} kitchen={model.kitchen.value?.name ?? model.kitchenId} />
    </>
  );
}

type HeadProps = Area & { readonly count: Count; readonly isOnly: boolean };

/** A chain without storage areas needs no heading. */
function AreaHead({ name, levels, count, isOnly }: HeadProps) {
  if (isOnly && !name) return null;
  const progress = progressOf(count, levels);
  return (
    <h2 class={progress.done === progress.of ? "count-head done" : "count-head"}>
      {name ?? t("elsewhere")} <span class="number">{t("counted_of", progress)}</span>
    </h2>
  );
}

type RowProps = { readonly level: Level; readonly line: CountLine | undefined; readonly model: StockModel };

function CountRow({ level, line, model }: RowProps) {
  // Fixed when the row is created: a level that changes while a quantity is typed must not change its unit.
  const scales = useSignal(scalesOf(level.unit, level.threshold || level.onHand)).value;
  const index = useSignal(0);
  const scale: Scale = scales[index.value] ?? { unit: level.unit, factor: 1 };
  return (
    <li class={line ? "count-row done" : "count-row"}>
      <span class="count-name">
        <span class="count-mark" aria-hidden="true">
          {line ? "✓" : ""}
        </span>
        {level.name}
      </span>
      <NumberInput
        key={scale.unit}
        label={t("counted_quantity", { name: level.name })}
        defaultValue={line ? String(line.quantity / scale.factor) : ""}
        read={(text) => typed(text, scale)}
        onValue={(quantity) => model.setLine(level, quantity)}
      />
      <ScaleChoice
        label={t("unit_of", { name: level.name })}
        units={scales}
        value={index.value}
        onChange={(to) => (index.value = to)}
      />
    </li>
  );
}

function Review({ model, back }: { model: StockModel; back: () => void }) {
  const all = variancesOf(model.count.value, model.stock.value ?? { levels: [], dishes: [], supplies: {} });
  const different = all.filter(({ delta }) => delta !== 0);
  const matching = all.length - different.length;
  const waiting = waitingOf(model.count.value);
  const commit = () => {
    model.commitCount();
    back();
  };
  const discard = () => {
    model.discardCount();
    back();
  };
  return (
    <section class="card review">
      <h2>{t("variance")}</h2>
      <p class="muted">{t("variance_what")}</p>
      <Waiting n={Object.keys(waiting.lines).length} isLost={model.link.value === "lost"} />
      {different.length > 0 && <VarianceList variances={different} />}
      {matching > 0 && <p>✓ {matching === 1 ? t("matches_one") : t("matches", { n: matching })}</p>}
      <div class="choices">
        <button type="button" onClick={back}>
          {t("back")}
        </button>
        <button type="button" onClick={discard}>
          {t("discard")}
        </button>
        <button type="button" class="primary" disabled={all.length === 0} onClick={commit}>
          {all.length === 1 ? t("commit_line") : t("commit_lines", { n: all.length })}
        </button>
      </div>
    </section>
  );
}

/** Lines that were counted while the level was unknown: they are compared and committed later. */
function Waiting({ n, isLost }: { n: number; isLost: boolean }) {
  if (n === 0) return null;
  const lines = n === 1 ? t("line") : t("lines", { n });
  return <p class="notice warn">{t(isLost ? "count_waits" : "count_waits_short", { lines })}</p>;
}

/** Printed only: empty lines to write on. */
function CountSheet({ areas, kitchen }: { areas: readonly Area[]; kitchen: string }) {
  return (
    <section class="sheet" aria-hidden="true">
      <h1>{t("sheet_title", { kitchen })}</h1>
      <p>
        {t("sheet_by")}: ______________________ {t("sheet_at")}: ______________________
      </p>
      <table>
        <thead>
          <tr>
            <th>{t("ingredient")}</th>
            <th>{t("quantity")}</th>
          </tr>
        </thead>
        {areas.map(({ name: area, levels }) => (
          <tbody key={area ?? ""}>
            {area && (
              <tr>
                <th colSpan={2}>{area}</th>
              </tr>
            )}
            {levels.map(({ sku, name, unit, threshold }) => (
              <tr key={sku}>
                <td>{name}</td>
                <td class="sheet-blank">{scalesOf(unit, threshold)[0]?.unit}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

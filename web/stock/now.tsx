import { useSignal } from "@preact/signals";
import { number } from "../lib/format";
import { quantity } from "../lib/units";
import { type StockModel, useDays } from "./model";
import { Empty, Search, StateChip } from "./parts";
import { byUrgency, type Dish, found, type Level, madeOf, shelfOf } from "./state";
import { t } from "./texts";

export function NowTab({ model }: { model: StockModel }) {
  const words = useSignal("");
  const { levels, dishes } = model.stock.value ?? { levels: [], dishes: [] };
  if (levels.length === 0) return <Empty title={t("no_stock")} text={t("no_stock_what")} />;
  const shown = found(byUrgency(levels, model.use.value), words.value);
  return (
    <>
      <div class="toolbar">
        <Search label={t("search")} value={words.value} onSearch={(text) => (words.value = text)} />
        <p class="counts">
          {(["out", "low", "ok"] as const).map((state) => (
            <span key={state}>
              <b class="number">{levels.filter((level) => level.state === state).length}</b> <StateChip state={state} />
            </span>
          ))}
        </p>
        {model.use.value.size > 0 && <p class="muted small">{t("cover_what", { days: useDays })}</p>}
      </div>
      {shown.length === 0 && <Empty title={t("none_found")} text={t("none_found_what")} />}
      <ul class="levels" aria-label={t("stock")}>
        {shown.map((level) => (
          <LevelRow key={level.sku} level={level} dishes={dishes} model={model} />
        ))}
      </ul>
    </>
  );
}

type RowProps = { readonly level: Level; readonly dishes: readonly Dish[]; readonly model: StockModel };

function LevelRow({ level, dishes, model }: RowProps) {
  const perDay = model.use.value.get(level.sku) ?? 0;
  return (
    <li>
      <details class={`card level ${level.state}`} open={level.state !== "ok"}>
        <summary>
          <h2>{level.name}</h2>
          <p class="level-quantity">
            <b class="number">{quantity(level.onHand, level.unit)}</b>
          </p>
          <StateChip state={level.state} />
          {perDay > 0 && (
            <span class="cover">
              {t("cover_label")} <b class="number">{t("cover", { days: days(level.onHand / perDay) })}</b>
            </span>
          )}
        </summary>
        <div class="level-body">
          <Gauge level={level} />
          <Makes level={level} dishes={dishes} />
          {shelfOf(level) !== level.onHand && (
            <p class="muted small">{t("on_shelf", { quantity: quantity(shelfOf(level), level.unit) })}</p>
          )}
          <div class="choices level-actions">
            {model.isManager && <Action to="receive" sku={level.sku} model={model} />}
            <Action to="waste" sku={level.sku} model={model} />
            <Action to="ledger" sku={level.sku} model={model} />
          </div>
        </div>
      </details>
    </li>
  );
}

function days(value: number): string {
  return value >= 100 ? "99+" : number(value, value < 10 ? 1 : 0);
}

function Action({ to, sku, model }: { to: "receive" | "waste" | "ledger"; sku: string; model: StockModel }) {
  return (
    <button type="button" onClick={() => model.open(to, sku)}>
      {t(`${to}_this`)}
    </button>
  );
}

// The threshold is at a third of the bar, so that a low level looks low.
function Gauge({ level }: { level: Level }) {
  if (level.threshold === 0) return null;
  const full = level.threshold * 3;
  return (
    <figure class="gauge">
      <svg viewBox="0 0 300 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="gauge-track" width="300" height="8" rx="4" />
        <rect
          class={`gauge-fill ${level.state}`}
          width={Math.min(300, (300 * level.onHand) / full)}
          height="8"
          rx="4"
        />
        <rect class="gauge-mark" x="99" width="2" height="8" />
      </svg>
      <figcaption class="muted small">{t("threshold", { quantity: quantity(level.threshold, level.unit) })}</figcaption>
    </figure>
  );
}

function Makes({ level, dishes }: { level: Level; dishes: readonly Dish[] }) {
  const made = madeOf(level, dishes);
  const none = made.filter(({ portions }) => portions === 0).map(({ name }) => name);
  const some = made.filter(({ portions }) => portions > 0);
  return (
    <>
      {none.length > 0 && <p class="kills">{t("kills", { name: none.join(", ") })}</p>}
      {some.length > 0 && (
        <ul class="makes small" aria-label={t("makes_what", { name: level.name })}>
          {some.map(({ name, portions }) => (
            <li key={name}>{t("makes", { portions: number(portions), name })}</li>
          ))}
        </ul>
      )}
    </>
  );
}

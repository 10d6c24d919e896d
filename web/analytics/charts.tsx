import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Schemas } from "../lib/api";
import { Bars } from "../lib/charts";
import { clockTime, dayName, money, number } from "../lib/format";
import { DayPlot } from "../lib/plot";
import { reasonText } from "../lib/reasons";
import { quantity } from "../lib/units";
import { midnightOf } from "../lib/zone";
import { Figure } from "./figure";
import type { Figures } from "./model";
import { type Hour, keptShare, type Stage, type StagePoint, scaleOf, stages, wasteByUnit } from "./state";
import { t } from "./texts";

const barsMax = 10;

export function fileOf(name: string, { range: { first, last, kitchen } }: Figures): string {
  return ["tiffin", name, kitchen, first, first === last ? undefined : last].filter(Boolean).join("-");
}

type DayProps = {
  readonly figures: Figures;
  readonly name: "orders" | "revenue";
  readonly hours: readonly Hour[];
  /** API units per displayed unit, such as 100 for cents. */
  readonly scale: number;
  readonly text: (value: number) => string;
  readonly short: (value: number) => string;
};

function DayChart({ figures, name, hours, scale, text, short }: DayProps) {
  const title = t(`${name}_by_hour`);
  const lines = useMemo(() => {
    const line = (label: string, of: (hour: Hour) => number | undefined) => ({ label, values: hours.map(of) });
    return {
      hours: hours.map(({ hour }) => hour),
      line: line(t("this_day"), ({ today }) => today),
      usual: line(t("usual"), ({ usual }) => usual),
      low: line(t("low"), ({ low }) => low),
      high: line(t("high"), ({ high }) => high),
    };
  }, [hours]);
  const rows = hours.map(({ hour, today, usual, low, high }) => [
    `${String(hour).padStart(2, "0")}:00`,
    today === undefined ? undefined : today / scale,
    usual / scale,
    low / scale,
    high / scale,
  ]);
  return (
    <Figure
      size="half"
      title={title}
      note={t("by_hour_note", { day: dayName(midnightOf(figures.range.last, figures.zone), figures.zone) })}
      table={{ columns: [t("hour"), t("this_day"), t("usual"), t("low"), t("high")], rows }}
      file={fileOf(`${name}-by-hour`, figures)}
      empty={figures.summary.placed === 0 && hours.every(({ high }) => high === 0) && t("no_items")}
    >
      <DayPlot label={title} hourLabel={t("hour")} text={text} short={short} unit={scale} {...lines} />
    </Figure>
  );
}

const countText = (value: number) => number(value);

export function OrdersChart({ figures }: { figures: Figures }) {
  return (
    <DayChart figures={figures} name="orders" hours={figures.orders} scale={1} text={countText} short={countText} />
  );
}

export function RevenueChart({ figures }: { figures: Figures }) {
  // The default does not matter: without revenue, no amount is shown.
  const { currency = "INR" } = figures;
  const [text, short] = useMemo(
    () =>
      [
        (amount: number) => money({ amount, currency }, "whole"),
        (amount: number) => money({ amount, currency }, "compact"),
      ] as const,
    [currency],
  );
  const scale =
    10 ** (new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2);
  return <DayChart figures={figures} name="revenue" hours={figures.revenue} scale={scale} text={text} short={short} />;
}

export function StageCharts({ figures }: { figures: Figures }) {
  const most = scaleOf(stages.map((name) => figures.stages[name]));
  const rows = stages.flatMap((name) =>
    figures.stages[name].map(({ label, count, p50, p90 }) => [t(name), label, count, p50, p90] as const),
  );
  const columns = [t("stage_times"), t("time"), t("count"), `${t("p50")} (min)`, `${t("p90")} (min)`];
  return (
    <Figure
      size="full"
      title={t("stage_times")}
      note={t("stage_note")}
      empty={stages.every((name) => !figures.summary[name].seconds) && t("no_stages")}
      table={{ columns, rows }}
      file={fileOf("stages", figures)}
    >
      <div class="multiples">
        {stages.map((name) => (
          <StageChart key={name} name={name} points={figures.stages[name]} most={most} figures={figures} />
        ))}
      </div>
    </Figure>
  );
}

const minutesOf = (seconds: number | undefined) =>
  seconds === undefined ? "–" : t("min", { n: number(seconds / 60, 1) });

type StageProps = {
  readonly name: Stage;
  readonly points: readonly StagePoint[];
  readonly most: number;
  readonly figures: Figures;
};

function StageChart({ name, points, most, figures }: StageProps) {
  const { seconds } = figures.summary[name];
  const label = seconds
    ? `${t(name)}: ${t("p50")} ${minutesOf(seconds.p50)}, ${t("p90")} ${minutesOf(seconds.p90)}`
    : `${t(name)}: ${t("none_measured")}`;
  return (
    <Multiple
      title={t(name)}
      figure={`${t("p50")} ${minutesOf(seconds?.p50)} · ${t("p90")} ${minutesOf(seconds?.p90)}`}
      label={label}
      scale={t("min", { n: most })}
      points={points}
      zone={figures.zone}
    >
      <path class="line-p90" d={pathOf(points, most, ({ p90 }) => p90)} />
      <path class="line-p50" d={pathOf(points, most, ({ p50 }) => p50)} />
    </Multiple>
  );
}

/** The share of orders that were ready by the time promised first, and how late the others were. */
export function PromiseChart({ figures }: { figures: Figures }) {
  const { promises, zone } = figures;
  const { promises: total } = figures.summary;
  const most = scaleOf([promises]);
  const kept = percent(keptShare(total));
  const p90 = minutesOf(total.late.seconds?.p90);
  return (
    <Figure
      size="half"
      title={t("promise_kept")}
      note={t("promise_note")}
      table={{
        columns: [t("time"), t("count"), `${t("promise_kept")} (%)`, `${t("minutes_late")}, ${t("p90")}`],
        rows: promises.map((point) => [point.label, point.count, point.kept, point.p90]),
      }}
      file={fileOf("promises", figures)}
      empty={total.count === 0 && t("no_promises")}
    >
      <div class="multiples">
        <Multiple
          title={t("promise_kept")}
          figure={kept}
          label={`${t("promise_kept")}: ${kept}`}
          scale="100 %"
          points={promises}
          zone={zone}
        >
          <path class="line-p50" d={pathOf(promises, 100, (point) => point.kept)} />
        </Multiple>
        <Multiple
          title={t("minutes_late")}
          figure={`${t("p90")} ${p90}`}
          label={`${t("minutes_late")}: ${t("p90")} ${p90}`}
          scale={t("min", { n: most })}
          points={promises}
          zone={zone}
        >
          <path class="line-p90" d={pathOf(promises, most, (point) => point.p90)} />
        </Multiple>
      </div>
    </Figure>
  );
}

export const percent = (share: number | undefined) => (share === undefined ? "–" : `${number(share, 1)} %`);

type MultipleProps = {
  readonly title: string;
  /** For the whole range. */
  readonly figure: string;
  /** Describes the drawing for screen readers. */
  readonly label: string;
  /** The value at the top of the scale. */
  readonly scale: string;
  readonly points: readonly { readonly label: string }[];
  readonly zone: string;
  readonly children: ComponentChildren;
};

function Multiple({ title, figure, label, scale, points, zone, children }: MultipleProps) {
  return (
    <figure>
      <figcaption>
        <b>{title}</b>
        <span class="number muted">{figure}</span>
      </figcaption>
      <div class="multiple">
        <span class="scale number muted">{scale}</span>
        <svg viewBox="0 0 200 80" preserveAspectRatio="none" role="img" aria-label={label}>
          {[0, 0.5, 1].map((share) => (
            <line key={share} class="grid-line" x1="0" x2="200" y1={80 * share} y2={80 * share} />
          ))}
          {children}
        </svg>
      </div>
      <p class="ends number muted" aria-hidden="true">
        <span>{endText(points[0], zone)}</span>
        <span>{endText(points[points.length - 1], zone)}</span>
      </p>
    </figure>
  );
}

function endText(point: { readonly label: string } | undefined, zone: string): string {
  if (!point) return "";
  return point.label.length > 10 ? clockTime(point.label, zone) : dayName(Date.parse(point.label), "UTC");
}

// A point without neighbours is a short dash: a line of zero length would be invisible.
function pathOf<T>(points: readonly T[], most: number, of: (point: T) => number | undefined): string {
  const step = 200 / Math.max(points.length - 1, 1);
  let isDrawing = false;
  return points
    .map((point, index) => {
      const value = of(point);
      if (value === undefined) {
        isDrawing = false;
        return "";
      }
      const [x, y] = [(index * step).toFixed(1), (80 - (80 * value) / most).toFixed(1)];
      const part = isDrawing ? `L${x} ${y}` : `M${x} ${y}h1.5`;
      isDrawing = true;
      return part;
    })
    .join("");
}

const roles = ["admin", "manager", "courier", "channel", "customer", "system"] as const;

function roleName(role: string): string {
  if (role === "kitchen") return t("kitchen_role");
  const known = roles.find((one) => one === role);
  return known ? t(known) : role;
}

export function CancellationChart({ figures }: { figures: Figures }) {
  const cancelled = figures.summary.cancelled.reasons;
  const bars = cancelled.map(({ reason, by, count }) => {
    const label = `${reasonText(reason)}, ${t("by_whom", { role: roleName(by) })}`;
    return { key: `${reason}/${by}`, label, value: count, text: number(count) };
  });
  const rows = cancelled.map(({ reason, by, count }) => [reason, by, count]);
  const table = { columns: [t("reason"), t("by"), t("count")], rows };
  return (
    <Figure
      title={t("cancellations")}
      table={table}
      file={fileOf("cancellations", figures)}
      empty={bars.length === 0 && t("no_cancellations")}
    >
      <Bars bars={bars.slice(0, barsMax)} grade="bad" />
    </Figure>
  );
}

export function ItemCharts({ figures }: { figures: Figures }) {
  const { items, falling } = figures;
  const top = items.slice(0, barsMax).map(({ itemId, name, quantity: sold }) => {
    return { key: itemId, label: name ?? itemId, value: sold, text: number(sold) };
  });
  const revenueOf = (revenue: (typeof items)[number]["revenue"]) => revenue.map((one) => money(one)).join(", ");
  const rows = items.map(({ itemId, name, quantity: sold, revenue }) => [name ?? itemId, sold, revenueOf(revenue)]);
  const fallen = falling.slice(0, barsMax).map((one) => {
    return { key: one.itemId, label: one.name, value: one.before - one.now, text: `${one.before} → ${one.now}` };
  });
  return (
    <>
      <Figure
        title={t("top_items")}
        table={{ columns: [t("item"), t("quantity"), t("revenue")], rows }}
        file={fileOf("items", figures)}
        empty={items.length === 0 && t("no_items")}
      >
        <Bars bars={top} />
      </Figure>
      <Figure
        title={t("falling_items")}
        note={t("falling_note")}
        table={{
          columns: [t("item"), t("before"), t("quantity")],
          rows: falling.map((one) => [one.name, one.before, one.now]),
        }}
        file={fileOf("falling-items", figures)}
        empty={falling.length === 0 && t("no_falling")}
      >
        <Bars bars={fallen} grade="bad" />
      </Figure>
    </>
  );
}

function wasteReason(reason: Schemas["WasteReasonView"]["reason"]): string {
  return t(`waste_${reason ?? "not_given"}`);
}

export function WasteChart({ figures }: { figures: Figures }) {
  const groups = wasteByUnit(figures.summary.wasted, figures.ingredients);
  const rows = [...groups.values()]
    .flat()
    .flatMap(({ name, unit, reasons }) =>
      reasons.map(({ reason, quantity: wasted }) => [name, wasteReason(reason), wasted, unit]),
    );
  return (
    <Figure
      title={t("waste")}
      table={{ columns: [t("ingredient"), t("reason"), t("wasted"), t("unit")], rows }}
      file={fileOf("waste", figures)}
      empty={rows.length === 0 && t("no_waste")}
    >
      {[...groups].map(([unit, wasted]) => (
        <Bars
          key={unit}
          grade="bad"
          bars={wasted.slice(0, barsMax).map(({ sku, name, quantity: value, reasons }) => {
            const parts = reasons.map(({ reason, quantity: part }) => {
              return { label: `${wasteReason(reason)} ${quantity(part, unit)}`, value: part };
            });
            return { key: sku, label: name, value, text: quantity(value, unit), parts };
          })}
        />
      ))}
    </Figure>
  );
}

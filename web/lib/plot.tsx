/** A time series with uPlot. Its colours come from the tokens, so it is recreated when the theme changes. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { theme } from "./theme";

export type PlotLine = { readonly label: string; readonly values: readonly (number | undefined)[] };

type PlotProps = {
  readonly label: string;
  /** Hours since midnight, one per value. */
  readonly hours: readonly number[];
  readonly line: PlotLine;
  readonly usual: PlotLine;
  readonly low: PlotLine;
  readonly high: PlotLine;
  /** Formats a value for the legend; `short` formats it for the axis. */
  readonly text: (value: number) => string;
  readonly short: (value: number) => string;
  /** The smallest step of the axis: a tick at half an order would be labelled as a whole one. */
  readonly unit: number;
  readonly hourLabel: string;
};

const heightPx = 260;

export function DayPlot({ label, hours, line, usual, low, high, text, short, unit, hourLabel }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const shownTheme = theme.value;
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    const series = [line, usual, high, low];
    const data: uPlot.AlignedData = [[...hours], ...series.map(({ values }) => values.map((value) => value ?? null))];
    const plot = new uPlot(optionsOf(current, series, { text, short, unit, hourLabel }), data, current);
    const observer = new ResizeObserver(() => plot.setSize({ width: current.clientWidth, height: heightPx }));
    observer.observe(current);
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const repaint = () => plot.redraw(false);
    dark.addEventListener("change", repaint);
    return () => {
      observer.disconnect();
      dark.removeEventListener("change", repaint);
      plot.destroy();
    };
  }, [hours, line, usual, low, high, text, short, unit, hourLabel, shownTheme]);
  return <div class="plot" ref={place} role="img" aria-label={label} />;
}

type Texts = Pick<PlotProps, "text" | "short" | "unit" | "hourLabel">;

function optionsOf(place: HTMLElement, lines: readonly PlotLine[], texts: Texts): uPlot.Options {
  const { text, short, unit, hourLabel } = texts;
  const color = (name: string) => () => getComputedStyle(place).getPropertyValue(name).trim();
  const value = (_: uPlot, shown: number | null) => (shown === null ? "–" : text(shown));
  const [line, usual, high, low] = lines.map(({ label }) => ({ label, value, points: { show: false } }));
  const axis = { stroke: color("--text-muted"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false } };
  const edge = { stroke: color("--line-strong"), width: 0 };
  return {
    width: place.clientWidth,
    height: heightPx,
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { live: true },
    scales: { x: { time: false, range: [0, 23] }, y: { range: (_, __, most) => [0, Math.max(1, (most ?? 1) * 1.1)] } },
    axes: [
      { ...axis, size: 32, splits: (plot) => hoursShown(plot.width), values: (_, splits) => splits.map(clock) },
      { ...axis, size: 60, incrs: stepsOf(unit), values: (_, splits) => splits.map(short) },
    ],
    series: [
      { label: hourLabel, value: (_, hour: number | null) => (hour === null ? "–" : clock(hour)) },
      { ...line, stroke: color("--accent"), width: 3 },
      { ...usual, stroke: color("--text-muted"), width: 2, dash: [6, 4] },
      { ...high, ...edge },
      { ...low, ...edge },
    ],
    bands: [{ series: [3, 4], fill: color("--band") }],
  };
}

function hoursShown(width: number): number[] {
  const step = width < 480 ? 6 : 3;
  return Array.from({ length: 24 / step }, (_, index) => index * step);
}

/** 1, 2, 5, 10, 20 … units: short texts show these steps exactly. */
function stepsOf(unit: number): number[] {
  return Array.from({ length: 27 }, (_, index) => unit * ([1, 2, 5][index % 3] ?? 1) * 10 ** Math.floor(index / 3));
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

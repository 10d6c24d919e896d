/** Reads of the analytics screen: all at once, so that all figures are from the same moment. */
import { signal } from "@preact/signals";
import { type Api, Refused, type Schemas } from "../lib/api";
import type { ServerClock } from "../lib/clock";
import { all } from "../lib/pages";
import { startOfDay } from "../lib/zone";
import { boundsOf, daysOf, type Range, rangeOf, sameDaysBefore } from "./range";
import {
  amountIn,
  compared,
  countOf,
  falling,
  type Hour,
  itemsMax,
  mainCurrency,
  oldest,
  type PromisePoint,
  promisePoints,
  type Stage,
  type StagePoint,
  stagePoints,
  stages,
  weeks,
} from "./state";

export type Kitchen = Schemas["KitchenView"];
type Series = Schemas["SeriesView"];
type SoldItems = Schemas["SoldItemsView"];

export type Figures = {
  readonly range: Range;
  readonly zone: string;
  /** All figures include all events up to this time. */
  readonly asOf?: string | undefined;
  readonly summary: Schemas["SummaryView"];
  readonly orders: readonly Hour[];
  readonly revenue: readonly Hour[];
  readonly currency?: string | undefined;
  readonly promises: readonly PromisePoint[];
  readonly stages: Readonly<Record<Stage, readonly StagePoint[]>>;
  readonly items: SoldItems["data"];
  readonly falling: ReturnType<typeof falling>;
  readonly ingredients: readonly Schemas["IngredientBody"][];
};

const refreshMs = 60_000;
/** Ranges longer than this are shown by day. */
const hourlyDaysMax = 2;

export type AnalyticsModel = ReturnType<typeof createAnalyticsModel>;

export function createAnalyticsModel(api: Api, clock: ServerClock, query: URLSearchParams, onSignedOut: () => void) {
  const kitchens = signal<readonly Kitchen[]>([]);
  const range = signal<Range | undefined>(undefined);
  const figures = signal<Figures | undefined>(undefined);
  const failure = signal<unknown>(undefined);
  const isLoading = signal(true);
  let ingredients: readonly Schemas["IngredientBody"][] = [];
  let reading = new AbortController();

  function zoneOf(kitchen: string | undefined): string {
    const known = kitchens.peek();
    return (known.find(({ id }) => id === kitchen) ?? known[0])?.timeZone ?? "UTC";
  }

  async function start(): Promise<void> {
    failure.value = undefined;
    try {
      const [operations, sites, names] = await Promise.all([
        api.get<Schemas["OperationsView"]>("/v1/operations/summary"),
        all<Kitchen>(api, "/v1/kitchens"),
        all<Schemas["IngredientBody"]>(api, "/v1/ingredients"),
      ]);
      clock.learn(operations.now);
      const visible = new Set(operations.data.map(({ kitchenId }) => kitchenId));
      kitchens.value = sites.filter(({ id }) => visible.has(id));
      ingredients = names;
      const asked = query.get("kitchen") ?? undefined;
      select(rangeOf(query, clock.now(), zoneOf(asked)));
    } catch (problem) {
      failed(problem);
      isLoading.value = false;
    }
  }

  function select(to: Range): void {
    range.value = to;
    void load();
  }

  async function load(): Promise<void> {
    const wanted = range.peek();
    if (!wanted) return;
    reading.abort();
    reading = new AbortController();
    const { signal: cancel } = reading;
    isLoading.value = true;
    try {
      const read = await readFigures(wanted, cancel);
      if (cancel.aborted) return;
      figures.value = read;
      failure.value = undefined;
    } catch (problem) {
      if (!cancel.aborted) failed(problem);
    }
    if (!cancel.aborted) isLoading.value = false;
  }

  // A session ends after some hours: no later read would succeed.
  function failed(problem: unknown): void {
    failure.value = problem;
    if (problem instanceof Refused && problem.problem.status === 401) onSignedOut();
  }

  async function readFigures(wanted: Range, cancel: AbortSignal): Promise<Figures> {
    const [zone, now] = [zoneOf(wanted.kitchen), clock.now()];
    const bounds = boundsOf(wanted, now, zone);
    const day = startOfDay(bounds.to - 1, zone);
    const history = { from: startOfDay(day, zone, -7 * weeks), to: bounds.to };
    const get = <T>(name: string, times: typeof bounds, more = "") =>
      api.get<T>(`/v1/analytics/${name}?${searchOf(wanted, times)}${more}`, cancel);
    const hourly = (metric: string) => get<Series>("timeseries", history, `&metric=${metric}&bucket=hour`);
    const bucket = daysOf(wanted, zone) <= hourlyDaysMax ? "hour" : "day";
    const series = (metric: string) => get<Series>("timeseries", bounds, `&metric=${metric}&bucket=${bucket}`);
    const [summary, orders, revenue, items, past, promises, ...times] = await Promise.all([
      get<Schemas["SummaryView"]>("summary", bounds),
      hourly("placed"),
      hourly("revenue"),
      get<SoldItems>("items", bounds, `&top=${itemsMax}`),
      get<SoldItems>("items", sameDaysBefore(wanted, now, zone), `&top=${itemsMax}`),
      series("promises"),
      ...stages.map(series),
    ]);
    const currency = mainCurrency(summary.revenue);
    const points = stages.map((name, index) => [name, stagePoints(times[index]?.data ?? [])] as const);
    return {
      range: wanted,
      zone,
      asOf: oldest([summary, orders, revenue, items, past, promises, ...times]),
      summary,
      orders: compared(orders.data, countOf, day, now, zone),
      revenue: currency ? compared(revenue.data, amountIn(currency), day, now, zone) : [],
      currency,
      promises: promisePoints(promises.data),
      stages: Object.fromEntries(points) as Figures["stages"],
      items: items.data,
      falling: falling(items.data, past.data),
      ingredients,
    };
  }

  // Does not refresh a page that is in the background or shows past days.
  const timer = setInterval(() => {
    const shown = figures.peek();
    const isToday = shown && boundsOf(shown.range, clock.now(), shown.zone).to + 1_000 >= clock.now();
    if (isToday && document.visibilityState === "visible") void load();
  }, refreshMs);

  return {
    kitchens,
    range,
    figures,
    failure,
    isLoading,
    clock,
    start,
    select,
    load,
    zoneOf,
    stop: () => clearInterval(timer),
  };
}

function searchOf({ kitchen }: Range, { from, to }: { from: number; to: number }): string {
  const search = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  if (kitchen) search.set("kitchenId", kitchen);
  return search.toString();
}

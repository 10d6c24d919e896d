/** Reads and actions of the operations screen. */
import { batch, computed, signal } from "@preact/signals";
import { type Api, type Change, Refused, type Schemas } from "../lib/api";
import type { ServerClock } from "../lib/clock";
import { report, taken } from "../lib/comparison";
import type { LiveEvent, SnapshotKind } from "../lib/live";
import { createNotices } from "../lib/notice";
import { all } from "../lib/pages";
import { explain } from "../lib/screen";
import { type Attention, attentionOf } from "./attention";
import { arranged, historyMs, numbersOf, openStatuses, placedMs, rowsOf } from "./rows";
import { evolve, fold, type Operations, type OperationsSnapshot, pruned, withCounts, withWebhooks } from "./state";
import { t } from "./texts";

/** The most orders of the last hours that are read; the page reports if there are more. */
export const historyMax = 10_000;
const countsMs = 60_000;
const catalogueMs = 2_000;
/** Rows change places at most this often. */
const arrangeMs = 10_000;

export type OrderDetail = {
  readonly order: Schemas["OrderView"];
  readonly messages: readonly Schemas["NotificationEntry"][];
};

/** The kitchen right after a version of the selected order. */
export type KitchenThen = {
  readonly version: number;
  /** Undefined until it has been read. */
  readonly answer?: Schemas["PastKitchen"] | { readonly failure: unknown };
};

type Shown = Attention & {
  /** It is no longer in the list of what needs attention: solved, or another entry has it. */
  readonly isOver?: boolean;
};

/** An order moves from the entry of its kitchen to one of its own when its time gets short. */
function isSameProblem(one: Attention, other: Attention): boolean {
  const isSameOrder = "order" in one && "order" in other && one.order.id === other.order.id;
  return one.key === other.key || (one.kind === other.kind && isSameOrder);
}

type Numbered = { readonly id: string; readonly number: number };
export type Selection = {
  readonly kitchen?: string | undefined;
  readonly order?: string | undefined;
  /** A past version of the order; undefined for its current state. */
  readonly version?: number | undefined;
};
export type OperationsModel = ReturnType<typeof createOperationsModel>;

export function createOperationsModel(api: Api, clock: ServerClock, onSignedOut: () => void = () => {}) {
  // Not a signal: rows are rendered once a second, however many events arrive.
  let current: Operations | undefined;
  const isLoaded = signal(false);
  const failure = signal<unknown>(undefined);
  const notices = createNotices();
  const selection = signal<Selection>({});
  const detail = signal<OrderDetail | undefined>(undefined);
  const detailFailure = signal<unknown>(undefined);
  /** The selected past version, once it has been read. */
  const past = signal<Schemas["OrderView"] | undefined>(undefined);
  const kitchenThen = signal<KitchenThen | undefined>(undefined);

  let arrangement: { at: number; ids: readonly string[]; shown: readonly Shown[] } = { at: 0, ids: [], shown: [] };
  const view = computed(() => {
    const now = clock.second.value;
    if (!isLoaded.value || !current) return undefined;
    const rows = rowsOf(current, now);
    const worst = attentionOf(current, now);
    if (now - arrangement.at >= arrangeMs) arrangement = { at: now, ids: rows.map(({ id }) => id), shown: [] };
    // An ended entry keeps its place until then: otherwise the next one would move under a second click.
    const over = arrangement.shown.filter((one) => worst.every((other) => !isSameProblem(one, other)));
    const known = arrangement.shown.map(({ key }) => key);
    const entries: readonly Shown[] = [...worst, ...over.map((one) => ({ ...one, isOver: true }))];
    const attention = arranged(entries, known, ({ key }) => key);
    arrangement.shown = attention;
    return {
      now,
      state: current,
      rows: arranged(rows, arrangement.ids, ({ id }) => id),
      numbers: numbersOf(current, now),
      attention,
    };
  });

  /**
   * Orders are read after the summary: changes in between are also in the stream, and are applied once. The pages of a
   * list run from the newest order to older ones, so new orders do not make it longer, and open orders are read
   * without a limit.
   */
  async function read(cancel: AbortSignal): Promise<OperationsSnapshot> {
    const summary = await api.get<Schemas["OperationsView"]>("/v1/operations/summary", cancel);
    const from = encodeURIComponent(new Date(Date.parse(summary.now) - placedMs).toISOString());
    const list = <T>(path: string, max?: number) => all<T>(api, path, cancel, max);
    const [kitchens, open, recent, alerts, webhooks, items, ingredients] = await Promise.all([
      list<Schemas["KitchenView"]>("/v1/kitchens"),
      list<Schemas["OrderView"]>(`/v1/orders?status=${openStatuses.join(",")}`, Number.POSITIVE_INFINITY),
      list<Schemas["OrderView"]>(`/v1/orders?placedFrom=${from}`, historyMax),
      list<Schemas["StockAlert"]>("/v1/alerts"),
      api.get<{ data: Schemas["WebhookView"][] }>("/v1/webhooks", cancel),
      list<Schemas["ItemBody"]>("/v1/items"),
      list<Schemas["IngredientBody"]>("/v1/ingredients"),
    ]);
    const { nextCursor: readUntil } = await api.get<{ nextCursor: string }>("/v1/events?after=latest&limit=1", cancel);
    const { asOf, now, data } = summary;
    const orders = [...recent, ...open];
    const isHistoryCut = recent.length >= historyMax;
    const position = { asOf, now, readUntil, isHistoryCut };
    return { ...position, counts: data, kitchens, orders, alerts, webhooks: webhooks.data, items, ingredients };
  }

  function take(snapshot: OperationsSnapshot, later: readonly LiveEvent[], kind: SnapshotKind): void {
    const { state, found } = taken(fold, current, snapshot, later, kind);
    report(api, "operations", snapshot, found);
    current = pruned(state, Date.parse(snapshot.now) - historyMs);
    batch(() => {
      isLoaded.value = true;
      failure.value = undefined;
    });
  }

  function apply(event: LiveEvent): void {
    if (!current) return;
    current = evolve(current, event);
    if (event.type === "catalogue.changed") catalogueTimer ??= setTimeout(readCatalogue, catalogueMs);
    const { order } = selection.peek();
    if (order && event.subject === `orders/${order}`) void readOrder(order);
  }

  // Importing a menu changes a hundred entries within a second.
  let catalogueTimer: ReturnType<typeof setTimeout> | undefined;
  function readCatalogue(): void {
    catalogueTimer = undefined;
    void readCounts();
  }

  // Some states expire without an event: a pause, an item that is off for an hour.
  async function readCounts(): Promise<void> {
    try {
      const summary = await api.get<Schemas["OperationsView"]>("/v1/operations/summary");
      if (current) current = pruned(withCounts(current, summary), clock.now() - historyMs);
    } catch {}
  }

  async function readWebhooks(): Promise<void> {
    try {
      const { data } = await api.get<{ data: Schemas["WebhookView"][] }>("/v1/webhooks");
      if (current) current = withWebhooks(current, data);
    } catch {}
  }

  const timer = setInterval(() => {
    void readCounts();
    void readWebhooks();
  }, countsMs);

  function select(to: Selection): void {
    const before = selection.peek();
    batch(() => {
      if (to.order !== before.order) {
        detail.value = undefined;
        detailFailure.value = undefined;
        kitchenThen.value = undefined;
      }
      if (to.order !== before.order || to.version !== before.version) past.value = undefined;
      selection.value = to;
    });
    if (!to.order) return;
    void readOrder(to.order);
    if (to.version !== undefined && !past.peek()) void readPast(to.order, to.version);
  }

  function showVersion(version: number | undefined): void {
    select({ ...selection.peek(), version });
  }

  async function readPast(id: string, version: number): Promise<void> {
    const isSelected = () => selection.peek().order === id && selection.peek().version === version;
    try {
      const path = `/v1/orders/${encodeURIComponent(id)}?version=${version}`;
      const order = await api.get<Schemas["OrderView"]>(path);
      if (isSelected()) past.value = order;
    } catch (problem) {
      if (!isSelected()) return;
      sayBad(problem);
      showVersion(undefined);
    }
  }

  /** Reads a moment in the past, which no event changes. */
  async function readKitchenThen({ id, version }: Schemas["OrderView"]): Promise<void> {
    kitchenThen.value = { version };
    const path = `/v1/orders/${encodeURIComponent(id)}/kitchen?version=${version}`;
    const answer = await api.get<Schemas["PastKitchen"]>(path).catch((failure) => ({ failure }));
    if (selection.peek().order === id && kitchenThen.peek()?.version === version)
      kitchenThen.value = { version, answer };
  }

  async function readOrder(id: string): Promise<void> {
    try {
      const path = `/v1/orders/${encodeURIComponent(id)}`;
      const [order, messages] = await Promise.all([
        api.get<Schemas["OrderView"]>(path),
        api.get<Schemas["NotificationList"]>(`${path}/notifications`),
      ]);
      if (selection.peek().order === id && !isOlder(order)) detail.value = { order, messages: messages.data };
    } catch (problem) {
      if (selection.peek().order === id) detailFailure.value = problem;
    }
  }

  // Of two concurrent reads, the older response may arrive last.
  function isOlder({ id, version }: Schemas["OrderView"]): boolean {
    const shown = detail.peek()?.order;
    return shown?.id === id && version < shown.version;
  }

  function sayBad(problem: unknown): void {
    const { title, detail: text } = explain(problem);
    notices.say({ kind: "bad", text: title, detail: text });
  }

  /** False if it failed; a notice then reports why. */
  async function send(change: Change, done: string): Promise<boolean> {
    try {
      await api.send(change);
      notices.say({ kind: "good", text: done });
      return true;
    } catch (problem) {
      if (problem instanceof Refused && problem.problem.status === 401) onSignedOut();
      sayBad(problem);
      // The screen was out of date.
      if (problem instanceof Refused) void readCounts();
      return false;
    }
  }

  return {
    isLoaded,
    failure,
    notices,
    selection,
    detail,
    detailFailure,
    past,
    kitchenThen,
    readKitchenThen,
    view,
    clock,
    read,
    take,
    apply,
    select,
    showVersion,
    accept: ({ id, number }: Numbered) => {
      const path = `/v1/orders/${id}/status`;
      return send({ method: "PUT", path, body: { status: "accepted" } }, t("accepted", { number }));
    },
    assign: ({ id, number }: Numbered, courierId: string, name: string) => {
      const body = { courierId, ...(name && { name }) };
      return send(
        { method: "PUT", path: `/v1/orders/${id}/courier`, body },
        t("assigned", { number, courier: courierId }),
      );
    },
    decide: ({ id, number }: Numbered, attempt: number, decision: Schemas["DeliveryDecision"]) => {
      const path = `/v1/orders/${id}/delivery-attempts/${attempt}/decision`;
      return send({ method: "PUT", path, body: { decision } }, t("decided", { number }));
    },
    resume: async (kitchenId: string, name: string) => {
      const path = `/v1/kitchens/${kitchenId}/mode`;
      await send({ method: "PUT", path, body: { mode: "online" } }, t("resumed", { name }));
    },
    enable: async (webhookId: string) => {
      const path = `/v1/webhooks/${webhookId}`;
      const isDone = await send({ method: "PATCH", path, body: { status: "enabled" } }, t("enabled"));
      if (!current || !isDone) return;
      const disabled = new Map(current.disabled);
      disabled.delete(webhookId);
      current = { ...current, disabled };
    },
    stop: () => {
      clearInterval(timer);
      clearTimeout(catalogueTimer);
    },
  };
}

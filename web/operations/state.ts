/** All kitchens at once: a fold of one snapshot and one stream. */
import type { Schemas } from "../lib/api";
import { type Difference, type Fold, orderDifferences } from "../lib/comparison";
import type { LiveEvent, Snapshot } from "../lib/live";
import { type Mode, modeDifference, modeOf, online } from "../lib/mode";

export type Status = Schemas["OrderStatus"];
export type Kitchen = Schemas["KitchenView"];
export type Counts = Schemas["KitchenOperations"];

/** The data that a manager's screen keeps for open orders and those of the last hour. Times in ms since 1970. */
export type KnownOrder = {
  readonly id: string;
  readonly number: number;
  readonly kitchenId: string;
  readonly status: Status;
  readonly version: number;
  readonly placedAt: number;
  readonly isDelivery: boolean;
  readonly courierId?: string | undefined;
  readonly acceptBy?: number | undefined;
  readonly promisedAt?: number | undefined;
  readonly deliverTo?: number | undefined;
  /** True for a scheduled order whose preparation may not start yet. */
  readonly awaitsRelease: boolean;
  /** Only for a scheduled order. */
  readonly releasedAt?: number | undefined;
  /** For a failed delivery: without a decision by this time, the order is given up. */
  readonly decideBy?: number | undefined;
  /** The share of its lines that are not done; undefined until the kitchen reports progress, which means all. */
  readonly undone?: number | undefined;
  readonly preparingAt?: number | undefined;
  readonly readyAt?: number | undefined;
};

export type Alert = Pick<Schemas["StockAlert"], "kitchenId" | "sku" | "state"> & { readonly since: number };
export type Webhook = { readonly id: string; readonly host: string; readonly reason?: string | undefined };
type KitchenState = {
  readonly mode: Mode;
  /** The event position at which the kitchen had this mode. */
  readonly modeAsOf: string;
  readonly itemsOff: number;
};

export type Operations = {
  readonly kitchens: ReadonlyMap<string, Kitchen>;
  readonly states: ReadonlyMap<string, KitchenState>;
  readonly orders: ReadonlyMap<string, KnownOrder>;
  /** By kitchen and SKU. */
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly disabled: ReadonlyMap<string, Webhook>;
  readonly items: readonly Schemas["ItemBody"][];
  readonly ingredients: ReadonlyMap<string, string>;
  /** The last hours had more orders than were read. */
  readonly isHistoryCut: boolean;
};

type Summary = { readonly asOf: string; readonly data: readonly Counts[] };

export type OperationsSnapshot = Snapshot & {
  readonly counts: readonly Counts[];
  readonly kitchens: readonly Kitchen[];
  readonly orders: readonly Schemas["OrderView"][];
  readonly alerts: readonly Schemas["StockAlert"][];
  readonly webhooks: readonly Schemas["WebhookView"][];
  readonly items: readonly Schemas["ItemBody"][];
  readonly ingredients: readonly Schemas["IngredientBody"][];
  readonly isHistoryCut: boolean;
};

export function fromSnapshot(snapshot: OperationsSnapshot): Operations {
  const visible = new Set(snapshot.counts.map(({ kitchenId }) => kitchenId));
  const alerts = snapshot.alerts.map(({ kitchenId, sku, state, since }) => {
    return [`${kitchenId}/${sku}`, { kitchenId, sku, state, since: Date.parse(since) }] as const;
  });
  return withCounts(
    {
      kitchens: new Map(snapshot.kitchens.filter(({ id }) => visible.has(id)).map((one) => [one.id, one])),
      states: new Map(),
      orders: new Map(snapshot.orders.map((order) => [order.id, knownOf(order)])),
      alerts: new Map(alerts),
      disabled: disabledAmong(snapshot.webhooks),
      items: snapshot.items,
      ingredients: new Map(snapshot.ingredients.map(({ sku, name }) => [sku ?? "", name])),
      isHistoryCut: snapshot.isHistoryCut,
    },
    { asOf: snapshot.asOf, data: snapshot.counts },
  );
}

/** Modes and the times for which items are off end without an event: they are read again from time to time. */
export function withCounts(state: Operations, { asOf, data }: Summary): Operations {
  const states = data.map(({ kitchenId, mode, itemsOff }): [string, KitchenState] => {
    const known = state.states.get(kitchenId);
    // The mode changed after the counts were read, but before they arrived.
    const isNewer = Number(known?.modeAsOf ?? 0) > Number(asOf);
    return [kitchenId, known && isNewer ? { ...known, itemsOff } : { mode, itemsOff, modeAsOf: asOf }];
  });
  return { ...state, states: new Map(states) };
}

/** Takes webhooks that were read again: a manager of some kitchens gets no events of endpoints without a kitchen. */
export function withWebhooks(state: Operations, webhooks: readonly Schemas["WebhookView"][]): Operations {
  return { ...state, disabled: disabledAmong(webhooks) };
}

function disabledAmong(webhooks: readonly Schemas["WebhookView"][]): ReadonlyMap<string, Webhook> {
  return new Map(webhooks.filter(({ status }) => status === "disabled").map(disabledOf));
}

function disabledOf({ id, url, disabledReason }: Schemas["WebhookView"]): [string, Webhook] {
  return [id, { id, host: hostOf(url), reason: disabledReason }];
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]+)/.exec(url)?.[1] ?? url;
}

function knownOf(order: Schemas["OrderView"]): KnownOrder {
  const steps = order.timeline.filter(({ event }) => event === undefined);
  const entered = (status: Status) => ms(steps.find((step) => step.status === status)?.at);
  return {
    id: order.id,
    number: order.number,
    kitchenId: order.kitchenId,
    status: order.status,
    version: order.version,
    placedAt: Date.parse(order.placedAt),
    isDelivery: order.fulfilment.type === "delivery",
    courierId: order.courierId,
    acceptBy: ms(order.acceptBy),
    promisedAt: ms(order.promise?.readyAt),
    deliverTo: ms(order.promise?.deliverTo),
    awaitsRelease: order.schedule !== undefined && order.schedule.releasedAt === undefined,
    releasedAt: ms(order.schedule?.releasedAt),
    undone: undoneOf(order.progress),
    decideBy: ms(order.deliveryAttempts?.find(({ decision }) => decision === undefined)?.decideBy),
    preparingAt: entered("preparing"),
    readyAt: entered("ready"),
  };
}

function undoneOf(progress: Schemas["OrderView"]["progress"]): number | undefined {
  return progress && progress.filter(({ state }) => state !== "done").length / Math.max(1, progress.length);
}

const ms = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));

/** An event's data, as far as this screen reads it. */
type OrderData = {
  readonly orderId: string;
  readonly status: Status;
  readonly version: number;
  readonly number: number;
  readonly kitchenId: string;
  readonly placedAt?: string;
  readonly fulfilment?: { readonly type: string };
  readonly courierId?: string;
  readonly acceptBy?: string;
  readonly decideBy?: string;
  readonly promise?: Schemas["PromiseView"];
  readonly schedule?: Schemas["ScheduleView"];
  readonly progress?: Schemas["OrderView"]["progress"];
  readonly previous?: { readonly status: Status; readonly at: string };
};

/** Pure. An event that the snapshot includes already changes nothing. */
export function evolve(state: Operations, event: LiveEvent): Operations {
  const { type } = event;
  if (type.startsWith("order.")) return withOrder(state, event.data as OrderData, type, Date.parse(event.time));
  if (type === "inventory.low" || type === "inventory.out" || type === "inventory.recovered")
    return withAlert(state, event);
  if (type === "kitchen.mode_changed") return withMode(state, event);
  if (type === "webhook.disabled") return withDisabled(state, event);
  return state;
}

function withOrder(state: Operations, data: OrderData, type: string, at: number): Operations {
  const before = state.orders.get(data.orderId);
  if (before ? data.version <= before.version : type !== "order.placed") return state;
  const after = before ? moved(before, data, type, at) : placed(data, at);
  return { ...state, orders: new Map(state.orders).set(data.orderId, after) };
}

function placed(data: OrderData, at: number): KnownOrder {
  return {
    id: data.orderId,
    number: data.number,
    kitchenId: data.kitchenId,
    status: data.status,
    version: data.version,
    placedAt: ms(data.placedAt) ?? at,
    isDelivery: data.fulfilment?.type === "delivery",
    acceptBy: ms(data.acceptBy),
    promisedAt: ms(data.promise?.readyAt),
    deliverTo: ms(data.promise?.deliverTo),
    awaitsRelease: data.schedule !== undefined && data.schedule.releasedAt === undefined,
  };
}

function moved(before: KnownOrder, data: OrderData, type: string, at: number): KnownOrder {
  const { status, version, courierId, promise, schedule, progress, previous } = data;
  const isNew = status !== before.status;
  const preparingAt = previous?.status === "preparing" ? ms(previous.at) : undefined;
  return {
    ...before,
    status,
    version,
    // The event for an unassigned courier names that courier, too.
    ...(courierId && { courierId: type === "order.courier_unassigned" ? undefined : courierId }),
    ...(type === "order.delivery_failed" && { decideBy: ms(data.decideBy) }),
    ...(type === "order.delivery_decided" && { decideBy: undefined }),
    ...(promise && { promisedAt: ms(promise.readyAt), deliverTo: ms(promise.deliverTo) }),
    ...(schedule && { awaitsRelease: schedule.releasedAt === undefined, releasedAt: ms(schedule.releasedAt) }),
    ...(progress && { undone: undoneOf(progress) }),
    ...(preparingAt !== undefined && { preparingAt }),
    ...(isNew && status === "preparing" && { preparingAt: at }),
    ...(isNew && status === "ready" && { readyAt: at }),
  };
}

function withAlert(state: Operations, { type, data, time }: LiveEvent): Operations {
  const { kitchenId, sku } = data as { kitchenId: string; sku: string };
  const alerts = new Map(state.alerts);
  const key = `${kitchenId}/${sku}`;
  if (type === "inventory.recovered") alerts.delete(key);
  else alerts.set(key, { kitchenId, sku, state: type === "inventory.out" ? "out" : "low", since: Date.parse(time) });
  return { ...state, alerts };
}

function withMode(state: Operations, { kitchenid, data, subject, position }: LiveEvent): Operations {
  const kitchenId = kitchenid ?? subject.split("/")[1] ?? "";
  const before = state.states.get(kitchenId);
  if (!before) return state;
  const states = new Map(state.states).set(kitchenId, { ...before, mode: modeOf(data), modeAsOf: position });
  return { ...state, states };
}

function withDisabled(state: Operations, { data }: LiveEvent): Operations {
  const { webhookId, host, reason } = data as { webhookId: string; host: string; reason?: string };
  return { ...state, disabled: new Map(state.disabled).set(webhookId, { id: webhookId, host, reason }) };
}

/** Drops the closed orders that no number on the screen counts any more. */
export function pruned(state: Operations, before: number): Operations {
  const kept = [...state.orders].filter(([, order]) => isOpen(order) || (order.readyAt ?? order.placedAt) >= before);
  return kept.length === state.orders.size ? state : { ...state, orders: new Map(kept) };
}

export function isOpen({ status }: KnownOrder): boolean {
  return status !== "delivered" && status !== "cancelled";
}

/** State that no event changes is not compared: it was read, like the snapshot. */
export const fold: Fold<Operations, OperationsSnapshot> = {
  begin: fromSnapshot,
  apply: evolve,
  differences: (actual, expected, now) => [
    ...orderDifferences(actual.orders, expected.orders, {
      fingerprint,
      isExempt: (_, one, other) => !(one && isOpen(one)) && !(other && isOpen(other)),
    }),
    ...alertDifferences(actual.alerts, expected.alerts),
    ...[...expected.states].flatMap(([kitchenId, { mode }]) => {
      const what = modeDifference(actual.states.get(kitchenId)?.mode ?? online, mode, now);
      return what ? [{ kitchenId, what }] : [];
    }),
  ],
};

// Sorted by name: events append properties that a read contains from the start.
function fingerprint(order: KnownOrder): string {
  return JSON.stringify(
    Object.entries(order)
      .filter(([, value]) => value !== undefined)
      .sort(),
  );
}

type Alerts = Operations["alerts"];

function alertDifferences(actual: Alerts, expected: Alerts): readonly Difference[] {
  return [...new Map([...actual, ...expected])].flatMap(([key, { kitchenId, sku }]) => {
    const [one, other] = [actual.get(key)?.state ?? "ok", expected.get(key)?.state ?? "ok"];
    return one === other ? [] : [{ kitchenId, what: `ingredient ${sku} is ${one} here, not ${other}` }];
  });
}

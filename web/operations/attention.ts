/** What a manager should act on, worst first. One entry per problem, not per order: twelve late orders are one. */
import { isLate, isWithoutCourier, lateBy, minuteMs, minutesLate } from "./rows";
import { isOpen, type KnownOrder, type Operations } from "./state";

/** A ready order that waits longer for its courier gets cold. */
const courierWaitMs = 5 * minuteMs;
const acceptSoonMs = 120_000;

type Base = {
  /** Identifies the problem over time: keeps its row in place on the screen. */
  readonly key: string;
  readonly kitchenId?: string;
  readonly grade: "warn" | "bad";
  /** Greater is worse. */
  readonly rank: number;
};

export type Attention = Base &
  (
    | { readonly kind: "late"; readonly order: KnownOrder; readonly minutes: number; readonly count: number }
    | { readonly kind: "accept"; readonly order: KnownOrder; readonly secondsLeft: number; readonly count: number }
    | { readonly kind: "courier"; readonly order: KnownOrder; readonly minutes: number; readonly count: number }
    | { readonly kind: "decide"; readonly order: KnownOrder; readonly minutes: number }
    | { readonly kind: "out"; readonly sku: string; readonly name: string; readonly kills: readonly string[] }
    | {
        readonly kind: "paused";
        readonly reason?: string | undefined;
        readonly since?: number | undefined;
        readonly until?: number | undefined;
      }
    | { readonly kind: "webhook"; readonly webhookId: string; readonly host: string }
  );

export function attentionOf(state: Operations, now: number): readonly Attention[] {
  const open = [...state.orders.values()].filter((order) => isOpen(order) && state.kitchens.has(order.kitchenId));
  return [
    ...byKitchen(open.filter((order) => isLate(order, now))).map((late) => lateOf(late, now)),
    ...acceptsOf(open.filter(isUnanswered), now),
    ...open.flatMap((order) => decideOf(order, now)),
    ...byKitchen(open.filter((order) => waitsForCourier(order, now))).map((waiting) => courierOf(waiting, now)),
    ...[...state.alerts.values()].flatMap(({ kitchenId, sku, state: level }) =>
      level === "out" && state.kitchens.has(kitchenId) ? outOf(state, kitchenId, sku) : [],
    ),
    ...[...state.states].flatMap(([kitchenId, { mode }]): Attention[] =>
      mode.mode === "paused"
        ? [
            {
              kind: "paused",
              key: `paused/${kitchenId}`,
              kitchenId,
              grade: "bad",
              rank: 500,
              reason: mode.reason,
              since: mode.since === undefined ? undefined : Date.parse(mode.since),
              until: mode.until === undefined ? undefined : Date.parse(mode.until),
            },
          ]
        : [],
    ),
    ...[...state.disabled.values()].map(({ id, host }): Attention => {
      return { kind: "webhook", key: `webhook/${id}`, grade: "warn", rank: 50, webhookId: id, host };
    }),
  ].sort((one, other) => other.rank - one.rank || one.key.localeCompare(other.key));
}

function byKitchen<T extends KnownOrder>(orders: readonly T[]): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const order of orders) groups.set(order.kitchenId, [...(groups.get(order.kitchenId) ?? []), order]);
  return [...groups.values()];
}

function worst<T extends KnownOrder>(orders: readonly T[], measure: (order: T) => number): T {
  return orders.reduce((one, other) => (measure(other) > measure(one) ? other : one));
}

function lateOf(orders: readonly KnownOrder[], now: number): Attention {
  const order = worst(orders, (one) => lateBy(one, now));
  const minutes = minutesLate(order, now);
  const { kitchenId } = order;
  const rank = 200 + minutes + orders.length;
  return {
    kind: "late",
    key: `late/${kitchenId}`,
    kitchenId,
    grade: "bad",
    rank,
    order,
    minutes,
    count: orders.length,
  };
}

type Unanswered = KnownOrder & { readonly acceptBy: number };

function isUnanswered(order: KnownOrder): order is Unanswered {
  return order.status === "placed" && order.acceptBy !== undefined;
}

// Nothing can be done about a late order; an order that is not accepted yet can still be saved. Unaccepted orders with
// time left share one entry per kitchen.
function acceptsOf(orders: readonly Unanswered[], now: number): readonly Attention[] {
  const isSoon = ({ acceptBy }: Unanswered) => acceptBy - now <= acceptSoonMs * 2;
  const soon = orders.filter(isSoon).map((order) => acceptOf(order, `accept/${order.id}`, 1, now));
  const later = byKitchen(orders.filter((order) => !isSoon(order))).map((waiting) => {
    const first = worst(waiting, ({ acceptBy }) => -acceptBy);
    return acceptOf(first, `accept/${first.kitchenId}`, waiting.length, now);
  });
  return [...soon, ...later];
}

function acceptOf(order: Unanswered, key: string, count: number, now: number): Attention {
  const { acceptBy, kitchenId } = order;
  const left = acceptBy - now;
  const secondsLeft = Math.max(0, Math.floor(left / 1000));
  const isBad = left <= acceptSoonMs;
  // The less time is left, the higher the rank.
  const rank = isBad ? 1000 - secondsLeft : 100 - secondsLeft / 3600;
  return { kind: "accept", key, kitchenId, grade: isBad ? "bad" : "warn", rank, order, secondsLeft, count };
}

function decideOf(order: KnownOrder, now: number): readonly Attention[] {
  const { decideBy, kitchenId, id } = order;
  if (decideBy === undefined) return [];
  const minutes = Math.max(0, Math.floor((decideBy - now) / minuteMs));
  return [{ kind: "decide", key: `decide/${id}`, kitchenId, grade: "bad", rank: 600 - minutes, order, minutes }];
}

function waitsForCourier(order: KnownOrder, now: number): boolean {
  return isWithoutCourier(order) && now - (order.readyAt ?? now) >= courierWaitMs;
}

function courierOf(orders: readonly KnownOrder[], now: number): Attention {
  const order = worst(orders, (one) => now - (one.readyAt ?? now));
  const minutes = Math.floor((now - (order.readyAt ?? now)) / minuteMs);
  const { kitchenId } = order;
  const grade = minutes >= 10 ? "bad" : "warn";
  const count = orders.length;
  return { kind: "courier", key: `courier/${kitchenId}`, kitchenId, grade, rank: 100 + minutes, order, minutes, count };
}

function outOf(state: Operations, kitchenId: string, sku: string): readonly Attention[] {
  const brands = state.kitchens.get(kitchenId)?.brands ?? [];
  const kills = state.items
    .filter(({ brandId, kind, recipe }) => {
      return kind === "item" && brands.includes(brandId) && recipe.some((line) => line.sku === sku);
    })
    .map(({ name }) => name);
  const name = state.ingredients.get(sku) ?? sku;
  return [
    {
      kind: "out",
      key: `out/${kitchenId}/${sku}`,
      kitchenId,
      grade: "bad",
      rank: 150 + kills.length,
      sku,
      name,
      kills,
    },
  ];
}

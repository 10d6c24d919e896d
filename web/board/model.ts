/** The board of one kitchen: its state, what is pending, and what a cook does. Views read its signals. */
import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Api, Refused, type Schemas } from "../lib/api";
import type { ServerClock } from "../lib/clock";
import { type LiveEvent, type LiveStatus, live, type SnapshotKind } from "../lib/live";
import { createOutbox, type Entry, type Outbox } from "../lib/outbox";
import { acceptanceSound, type Sounds } from "../lib/sound";
import { read, store } from "../lib/stored";
import {
  type Bumped,
  bumpedOf,
  type Card,
  cardMaker,
  cardsOf,
  needMs,
  readyOf,
  type Station,
  scheduledOf,
  withPending,
} from "./cards";
import { type Catalogue, emptyCatalogue, loadCatalogue } from "./catalogue";
import type { Action, Intent } from "./intents";
import { arrange, cellsOf, isSame, type Slot } from "./layout";
import {
  acknowledge,
  apply,
  type Board,
  type BoardState,
  differences,
  emptyBoard,
  type Item,
  isInKitchen,
  type Mode,
  type Order,
  replace,
  take,
} from "./state";

/** A sentence that the board says until it is dismissed or some time has passed. */
export type Notice = {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly number?: number;
  readonly detail?: string;
  readonly at: number;
};
export type NoticeKind = "refused" | "not_durable" | "plain_http" | "sent_late";

const holdMs = 5_000;
const noticeMs = 20_000;
const missedMax = 40;
const shownForMs = 6 * 3_600_000;
const streamTypes = "order.*,kitchen.mode_changed,catalogue.changed";

export type BoardModel = {
  readonly kitchenId: string;
  readonly station: Station;
  readonly clock: ServerClock;
  readonly sounds: Sounds;
  readonly state: ReadonlySignal<BoardState>;
  readonly phase: ReadonlySignal<"loading" | "shown" | "refused">;
  readonly link: ReadonlySignal<LiveStatus>;
  readonly catalogue: ReadonlySignal<Catalogue>;
  readonly mode: ReadonlySignal<Mode>;
  readonly items: ReadonlySignal<ReadonlyMap<string, Item>>;
  readonly make: ReadonlySignal<(order: Order) => Card>;
  readonly cards: ReadonlySignal<readonly Card[]>;
  readonly slots: ReadonlySignal<readonly Slot[]>;
  readonly ready: ReadonlySignal<readonly Order[]>;
  readonly scheduled: ReadonlySignal<readonly Order[]>;
  readonly bumped: ReadonlySignal<readonly Bumped[]>;
  readonly need: ReadonlySignal<number>;
  readonly outbox: Outbox<Intent>;
  /** Taps that can still be undone, newest first. */
  readonly held: ReadonlySignal<readonly Entry<Intent>[]>;
  readonly notices: ReadonlySignal<readonly Notice[]>;
  do(action: Action, canUndo?: boolean): void;
  acknowledge(orderId: string): void;
  dismiss(id: number): void;
  touched(): void;
  /** Takes an order that was read, or the answer to a change. */
  learn(order: Order): void;
  api: Api;
};

export type BoardOptions = {
  readonly kitchenId: string;
  readonly station: Station;
  readonly api: Api;
  readonly clock: ServerClock;
  readonly sounds: Sounds;
  readonly onSignedOut: () => void;
};

export function createBoard(options: BoardOptions): BoardModel {
  const { kitchenId, station, api, clock, sounds } = options;
  const state = signal(emptyBoard);
  const phase = signal<"loading" | "shown" | "refused">("loading");
  const catalogue = signal(emptyCatalogue);
  const notices = signal<readonly Notice[]>([]);
  const slots = signal<readonly Slot[]>([]);
  let touchedAt = 0;
  let noticeId = 0;

  function notice(kind: NoticeKind, more: { number?: number; detail?: string } = {}): void {
    notices.value = [...notices.peek(), { id: ++noticeId, kind, at: clock.now(), ...more }];
  }

  const outbox = createOutbox<Intent>({
    name: kitchenId,
    api,
    onSent: ({ intent }, answer) => sent(intent, answer),
    onRefused: ({ intent }, refusal) => void refused(intent, refusal),
    onSignedOut: options.onSignedOut,
  });

  function sent(intent: Intent, answer: unknown): void {
    if (!("orderId" in intent)) {
      if (intent.kind === "mode") state.value = { ...state.peek(), mode: intent.mode };
      return;
    }
    const order = answer as Order;
    batch(() => {
      state.value = take(state.peek(), order);
      // This board cancelled it: there is nothing to be told.
      if (intent.kind === "cancel") state.value = acknowledge(state.peek(), order.id);
    });
  }

  async function refused(intent: Intent, refusal: Refused): Promise<void> {
    const number = "number" in intent ? intent.number : undefined;
    const truth = "orderId" in intent ? await readOrder(intent.orderId) : undefined;
    // Done on another screen meanwhile: the card is right, and there is nothing to do.
    if (truth && isAsWanted(truth, intent)) return;
    notice("refused", { ...(number !== undefined && { number }), detail: refusal.message });
  }

  async function readOrder(id: string): Promise<Order | undefined> {
    try {
      const order = await api.get<Order>(`/v1/orders/${id}`);
      state.value = take(state.peek(), order);
      return order;
    } catch (failure) {
      // Erased, or no longer this kitchen's.
      if (failure instanceof Refused && failure.problem.status === 404) state.value = acknowledge(state.peek(), id);
      return undefined;
    }
  }

  function onSnapshot(board: Board, later: readonly LiveEvent[], kind: SnapshotKind): void {
    const before = state.peek();
    const expected = later.reduce(apply, replace(before, board));
    if (kind === "compared")
      for (const one of differences(before, expected)) console.error(`The board is wrong: ${one}`);
    // Read first: what is shown from now on replaces it.
    const cancelledMeanwhile = kind === "first" ? missed(kitchenId, expected, Date.now()) : [];
    batch(() => {
      state.value = expected;
      phase.value = "shown";
    });
    for (const id of cancelledMeanwhile) void readOrder(id).then(showIfCancelled);
    void loadCatalogue(api, kitchenId).then((loaded) => {
      catalogue.value = loaded;
    }, ignored);
  }

  // Cancelled while this screen was off.
  function showIfCancelled(order: Order | undefined): void {
    if (order?.status !== "cancelled") return;
    const orders = new Map(state.peek().orders).set(order.id, order);
    state.value = { ...state.peek(), orders };
  }

  function onEvent(event: LiveEvent): void {
    const before = state.peek();
    state.value = apply(before, event);
    if (isArrival(event)) sounds.play("arrival");
    const menu = event.type === "catalogue.changed" && String(event.data.path).includes("/items/");
    if (menu) catalogue.value = { ...catalogue.peek(), menuVersion: catalogue.peek().menuVersion + 1 };
  }

  const reading = new Set<string>();
  effect(() => {
    for (const id of state.value.unread) {
      if (reading.has(id)) continue;
      reading.add(id);
      void readOrder(id).finally(() => reading.delete(id));
    }
  });

  const connection = live<Board>({
    snapshot: (abort) => api.get(`/v1/kitchens/${kitchenId}/board`, abort),
    streamPath: `/v1/events?kitchenId=${kitchenId}&types=${streamTypes}`,
    onSnapshot,
    onEvent,
    onRefused: ({ problem }) => {
      if (problem.status === 401) options.onSignedOut();
      else phase.value = "refused";
    },
    clock,
  });
  effect(() => {
    if (connection.status.value.link === "live") {
      outbox.retryNow();
      for (const id of state.peek().unread) void readOrder(id);
    }
  });

  const intents = computed(() => outbox.entries.value.map((entry) => entry.intent));
  const orders = computed(() => withPending(state.value.orders, intents.value));
  // Changes with a snapshot only: cards would be made again at each event.
  const boardItems = computed(() => state.value.items);
  const items = computed(() => new Map([...catalogue.value.items, ...boardItems.value]));
  const make = computed(() => cardMaker(items.value, station));
  const cards = computed(() => cardsOf(orders.value, station, make.value));

  effect(() => {
    const wanted = cards.value.map(({ order, lines }) => ({ id: order.id, cells: cellsOf(lines).length }));
    void clock.second.value;
    const next = arrange(slots.peek(), wanted, Date.now(), touchedAt);
    if (!isSame(next, slots.peek())) slots.value = next;
  });

  effect(() => {
    const shown = [...state.value.orders.values()].filter((one) => isInKitchen(one) || one.status === "cancelled");
    if (phase.value === "shown")
      rememberShown(
        kitchenId,
        shown.map((one) => one.id),
        Date.now(),
      );
  });

  let soundedAt = clock.now();
  effect(() => {
    const now = clock.second.value;
    const due = cards
      .peek()
      .flatMap(({ order }) =>
        order.status === "placed" ? (acceptanceSound(Date.parse(order.placedAt), soundedAt, now) ?? []) : [],
      );
    soundedAt = now;
    if (due.includes("alarm")) sounds.play("alarm");
    else if (due.length > 0) sounds.play("reminder");
    const old = notices.peek().some((one) => now - one.at > noticeMs);
    if (old) notices.value = notices.peek().filter((one) => now - one.at <= noticeMs);
  });

  effect(() => {
    if (!outbox.isDurable.value) notice("not_durable");
  });
  if (!isSecureContext && read("plain-http") === undefined) {
    store("plain-http", "said");
    notice("plain_http");
  }

  return {
    kitchenId,
    station,
    clock,
    sounds,
    state,
    phase,
    link: connection.status,
    catalogue,
    mode: computed(() => modeWith(state.value.mode, intents.value)),
    items,
    make,
    cards,
    slots,
    ready: computed(() => readyOf(orders.value)),
    scheduled: computed(() => scheduledOf(orders.value)),
    bumped: computed(() => bumpedOf(orders.value, state.value.left, station, make.value)),
    need: computed(() => needMs(state.value)),
    outbox,
    held: computed(() => {
      void clock.second.value;
      return outbox.entries.value.filter((one) => one.holdUntil > Date.now()).reverse();
    }),
    notices,
    do: (action, canUndo = false) =>
      void outbox.add(action.subject, action.intent, action.changes, canUndo ? holdMs : 0),
    acknowledge: (orderId) => {
      state.value = acknowledge(state.peek(), orderId);
    },
    dismiss: (id) => {
      notices.value = notices.peek().filter((one) => one.id !== id);
    },
    learn: (order) => {
      state.value = take(state.peek(), order);
    },
    touched: () => {
      touchedAt = Date.now();
    },
    api,
  };
}

function ignored(): void {}

function modeWith(mode: Mode, intents: readonly Intent[]): Mode {
  return intents.reduce((known, intent) => (intent.kind === "mode" ? intent.mode : known), mode);
}

function isArrival({ type, data }: LiveEvent): boolean {
  return (type === "order.placed" && !("schedule" in data)) || type === "order.released";
}

const rank: Record<Schemas["OrderStatus"], number> = {
  placed: 0,
  accepted: 1,
  preparing: 2,
  ready: 3,
  out_for_delivery: 4,
  delivered: 5,
  cancelled: 6,
};

function isAsWanted(order: Order, intent: Intent): boolean {
  if (order.status === "cancelled") return intent.kind === "cancel";
  if (intent.kind === "accept") return rank[order.status] >= rank.accepted;
  if (intent.kind === "bump") return rank[order.status] >= rank.ready;
  if (intent.kind === "progress") return intent.to === "done" && rank[order.status] >= rank.ready;
  if (intent.kind === "hand_over") return rank[order.status] >= rank.out_for_delivery;
  return intent.kind === "release" && order.schedule?.releasedAt !== undefined;
}

// The ids alone: what a cook has seen on this screen, so that a cancellation is shown although it was off meanwhile.
function rememberShown(kitchenId: string, ids: readonly string[], now: number): void {
  store(`shown.${kitchenId}`, JSON.stringify({ at: now, ids }));
}

function missed(kitchenId: string, state: BoardState, now: number): readonly string[] {
  try {
    const { at, ids } = JSON.parse(read(`shown.${kitchenId}`) ?? "{}") as { at: number; ids: string[] };
    return now - at < shownForMs ? ids.filter((id) => !state.orders.has(id)).slice(-missedMax) : [];
  } catch {
    return [];
  }
}

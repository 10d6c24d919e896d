/** The board of one kitchen: what is shown, and what a cook does. Views read its signals. */
import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { clockTime, dayName, dayTime } from "../lib/format";
import type { LiveStatus } from "../lib/live";
import { type Mode, modeAt } from "../lib/mode";
import type { Entry, Outbox } from "../lib/outbox";
import { read, store } from "../lib/stored";
import { remind } from "./arrivals";
import { brandClasses } from "./brands";
import {
  type Bumped,
  bumpedOf,
  type Card,
  cardMaker,
  cardsOf,
  needMs,
  readyOf,
  scheduledOf,
  withPending,
} from "./cards";
import { type BoardOptions, type Core, createCore, notice } from "./core";
import { follow } from "./following";
import { type Action, type Intent, isUndoneWith } from "./intents";
import { arrange, cellsOf, isSame, type Slot } from "./layout";
import { remember } from "./remembered";
import { createSending } from "./sending";
import { acknowledge, type Item, type Order, take } from "./state";

const holdMs = 5_000;
const noticeMs = 20_000;
const quietMs = 60_000;

const nowhere: ReadonlyMap<string, Item> = new Map();

/** Values that are derived from the state and from the unsent taps. */
type Shown = {
  readonly zone: ReadonlySignal<string | undefined>;
  readonly brandName: (brandId: string) => string;
  readonly brandClass: (brandId: string) => string;
  readonly mode: ReadonlySignal<Mode>;
  readonly items: ReadonlySignal<ReadonlyMap<string, Item>>;
  readonly make: ReadonlySignal<(order: Order) => Card>;
  /** As they will be once the taps are sent. */
  readonly orders: ReadonlySignal<ReadonlyMap<string, Order>>;
  readonly cards: ReadonlySignal<readonly Card[]>;
  readonly ready: ReadonlySignal<readonly Order[]>;
  readonly scheduled: ReadonlySignal<readonly Order[]>;
  readonly bumped: ReadonlySignal<readonly Bumped[]>;
  readonly need: ReadonlySignal<number>;
  /** Orders whose notes are being read. */
  readonly unread: ReadonlySignal<ReadonlySet<string>>;
  /** Taps that can still be undone, newest first. */
  readonly held: ReadonlySignal<readonly Entry<Intent>[]>;
};

export type BoardModel = Core &
  Shown & {
    readonly link: ReadonlySignal<LiveStatus>;
    readonly slots: ReadonlySignal<readonly Slot[]>;
    readonly outbox: Outbox<Intent>;
    /** Formats a time in the kitchen's time zone, with its day if that is not today. */
    time(at: string | number): string;
    do(action: Action, canUndo?: boolean): void;
    /** Takes back an entry that is not being sent yet, and the entries that belong to it. */
    undo(entry: Entry<Intent>): void;
    /** Takes over an order from the response to a change. */
    learn(order: Order): void;
    acknowledge(orderId: string): void;
    dismiss(noticeId: number): void;
    touched(): void;
    /** Whether nothing waits to be sent or accepted, and the screen was not touched for a minute. */
    isQuiet(): boolean;
  };

export function createBoard(options: BoardOptions): BoardModel {
  const core = createCore(options);
  const outbox = createSending(core);
  const link = follow(core).status;
  remember(core, link);
  const shown = show(core, outbox);
  const { slots, touched, touchedAt } = place(core, shown.cards);
  retryWhenLive(link, outbox);
  remind(core, shown.cards);
  say(core, outbox);
  const { state, notices } = core;
  // Cards that are shown at midnight are rendered again.
  const today = computed(() => dayName(core.clock.second.value, shown.zone.value));
  return {
    ...core,
    ...shown,
    link,
    slots,
    outbox,
    touched,
    time: (at) => {
      const zone = shown.zone.value;
      return dayName(at, zone) === today.value ? clockTime(at, zone) : dayTime(at, zone);
    },
    isQuiet: () =>
      outbox.entries.peek().length === 0 &&
      shown.cards.peek().every(({ order }) => order.status !== "placed") &&
      Date.now() - touchedAt() >= quietMs,
    do: ({ subject, intent, changes }, canUndo = false) => {
      outbox.add(subject, intent, changes, canUndo ? holdMs : 0);
    },
    undo: (entry) => {
      const known = outbox.entries.peek();
      if (!outbox.undo(entry.id)) return;
      for (const one of known) if (isUndoneWith(one.intent, entry.intent)) outbox.undo(one.id);
    },
    learn: (order) => {
      state.value = take(state.peek(), order);
    },
    acknowledge: (orderId) => {
      state.value = acknowledge(state.peek(), orderId);
    },
    dismiss: (noticeId) => {
      notices.value = notices.peek().filter((one) => one.id !== noticeId);
    },
  };
}

function show({ state, catalogue, station, clock }: Core, outbox: Outbox<Intent>): Shown {
  const intents = computed(() => outbox.entries.value.map((entry) => entry.intent));
  const orders = computed(() => withPending(state.value.orders, intents.value));
  // Cards are not rendered again when an item is taken off, although that creates a new catalogue.
  const brandNames = stable(() => [...catalogue.value.brands]);
  const brands = computed(() => new Map(brandNames.value));
  const kitchen = stable(() => catalogue.value.kitchen);
  const classes = computed(() => brandClasses(kitchen.value?.brands));
  // These change with a snapshot only; otherwise cards would be created again at each event.
  const boardItems = computed(() => state.value.items);
  const catalogueItems = computed(() => catalogue.value.items);
  const items = computed(() => new Map([...catalogueItems.value, ...boardItems.value]));
  const allergyWords = computed(() => state.value.allergyWords);
  // The cards of the pass have all lines, of every station.
  const placed = computed(() => (station === undefined ? nowhere : items.value));
  const make = computed(() => cardMaker(placed.value, station, allergyWords.value));
  return {
    zone: computed(() => kitchen.value?.timeZone),
    brandName: (brandId) => brands.value.get(brandId) ?? brandId,
    brandClass: (brandId) => classes.value(brandId),
    items,
    make,
    orders,
    cards: computed(() => cardsOf(orders.value, station, make.value)),
    mode: computed(() => modeAt(pendingMode(state.value.mode, intents.value), clock.second.value)),
    ready: computed(() => readyOf(orders.value)),
    scheduled: computed(() => scheduledOf(orders.value)),
    bumped: computed(() => bumpedOf(orders.value, state.value.left, station, make.value)),
    need: decoupled(() => needMs(state.value)),
    unread: decoupled(() => state.value.unread),
    held: computed(() => {
      void clock.second.value;
      return outbox.entries.value.filter((one) => one.holdUntil > Date.now()).reverse();
    }),
  };
}

/** Notifies its readers, such as 200 cards, only when its own value has changed, not at each change of the state. */
function decoupled<T>(read: () => T): ReadonlySignal<T> {
  const value = signal(untracked(read));
  effect(() => {
    value.value = read();
  });
  return value;
}

/** Keeps the object while its content is the same: names are read again every ten minutes, and rarely change. */
function stable<T>(read: () => T): ReadonlySignal<T> {
  const text = computed(() => JSON.stringify(read()));
  return computed(() => {
    void text.value;
    return untracked(read);
  });
}

function pendingMode(mode: Mode, intents: readonly Intent[]): Mode {
  return intents.reduce((known, intent) => (intent.kind === "mode" ? intent.mode : known), mode);
}

function place({ clock }: Core, cards: ReadonlySignal<readonly Card[]>) {
  const slots = signal<readonly Slot[]>([]);
  let touchedAt = Date.now();
  effect(() => {
    void clock.second.value;
    const wanted = cards.value.map(({ order, lines }) => ({ id: order.id, cells: cellsOf(lines).length }));
    const next = arrange(slots.peek(), wanted, Date.now(), touchedAt);
    if (!isSame(next, slots.peek())) slots.value = next;
  });
  const touched = () => {
    touchedAt = Date.now();
  };
  return { slots, touched, touchedAt: () => touchedAt };
}

function retryWhenLive(status: ReadonlySignal<LiveStatus>, outbox: Outbox<Intent>): void {
  effect(() => {
    if (status.value.link === "live") outbox.retryNow();
  });
}

/** Shows what the device cannot do, and removes notices after some time. */
function say(core: Core, outbox: Outbox<Intent>): void {
  const { clock, notices } = core;
  effect(() => {
    const now = clock.second.value;
    const recent = notices.peek().filter((one) => now - one.at <= noticeMs);
    if (recent.length < notices.peek().length) notices.value = recent;
  });
  effect(() => {
    if (!outbox.isDurable.value) notice(core, "not_durable");
  });
  if (!isSecureContext && read("plain-http") === undefined) {
    store("plain-http", "said");
    notice(core, "plain_http");
  }
}

/** Reads and changes of the stock screen. */
import { batch, computed, signal } from "@preact/signals";
import { type Api, type Change, newIdempotencyKey, Refused, type Schemas } from "../lib/api";
import type { ServerClock } from "../lib/clock";
import type { Link } from "../lib/live";
import { createNotices } from "../lib/notice";
import { createOutbox } from "../lib/outbox";
import { all } from "../lib/pages";
import { explain } from "../lib/screen";
import { read, store } from "../lib/stored";
import { type Count, comparableOf, counted, movementsOf, noCount, resolved, slicesOf, waitingOf } from "./count";
import { createDrafts } from "./drafts";
import { packSizeOf, type Receipt, receivedOf, rememberPacks } from "./receipt";
import { type RefusedEntry, readRefused, workOf } from "./refused";
import { type Remembered, remember } from "./remembered";
import {
  type Catalogue,
  dailyUse,
  type Level,
  type Movement,
  type Stock,
  stockOf,
  withAvailability,
  withLevels,
} from "./state";
import { t } from "./texts";

export const tabs = ["now", "receive", "count", "waste", "off", "ledger"] as const;
export type Tab = (typeof tabs)[number];
/** The tabs of kitchen staff: only managers book deliveries and counts. */
const tabsOfCooks: readonly Tab[] = ["now", "waste", "off", "ledger"];

export type Kitchen = Schemas["KitchenView"];
export type Ledger = {
  readonly sku: string;
  readonly entries: readonly Schemas["LedgerEntry"][];
  readonly next?: string | undefined;
};
/** What the screen shows for a change until the server has it, and restores if the server refuses it. */
export type Intent = {
  readonly done: string;
  readonly receipt?: Receipt;
  /** The note of the receipt. */
  readonly note?: string;
  readonly count?: Count;
  /** The chosen ingredient or dish, and how much of it. */
  readonly waste?: { readonly sku?: string; readonly itemId?: string; readonly what: string };
  readonly off?: { readonly itemId: string; readonly available: boolean; readonly until?: string };
};
type LedgerPage = Schemas["PageOfLedgerEntry"];

export const useDays = 7;
const ledgerPage = 50;

export type StockModel = ReturnType<typeof createStockModel>;

/** The stock changes with each order: the levels are read again at most this often. */
const refreshMs = 3_000;

export function createStockModel(
  api: Api,
  clock: ServerClock,
  kitchenId: string,
  isManager: boolean,
  onSignedOut: () => void,
  remembered?: Remembered,
) {
  const root = `/v1/kitchens/${encodeURIComponent(kitchenId)}`;
  const refusedName = `stock.refused.${kitchenId}`;
  const allowed = isManager ? tabs : tabsOfCooks;

  const kitchen = signal(remembered?.kitchen);
  const stock = signal(remembered?.stock);
  const use = signal<ReadonlyMap<string, number>>(new Map());
  const failure = signal<unknown>(undefined);
  const notices = createNotices();
  const tab = signal<Tab>("now");
  const chosen = signal<string | undefined>(undefined);
  /** The item chosen to be thrown away. */
  const dish = signal<string | undefined>(undefined);
  const { takeReceipt, takeCount, ...drafts } = createDrafts(kitchenId);
  const { receipt, note, count, setCount } = drafts;
  const refused = signal<readonly RefusedEntry[]>(readRefused(read(refusedName)));
  const ledger = signal<Ledger | undefined>(undefined);
  const ledgerFailure = signal<unknown>(undefined);
  const bySku = computed(() => new Map((stock.value?.levels ?? []).map((level) => [level.sku, level])));
  const link = signal<Link>("connecting");
  let isStale = false;
  /** Counts the causes that make the levels doubtful: events and lost connections. */
  let doubts = 0;
  let trustedAt = -1;
  let catalogue: Catalogue = { items: [], ingredients: [] };

  async function load(): Promise<void> {
    try {
      const [site, items, ingredients] = await Promise.all([
        api.get<Kitchen>(root),
        all<Schemas["ItemBody"]>(api, "/v1/items"),
        all<Schemas["IngredientBody"]>(api, "/v1/ingredients"),
      ]);
      catalogue = { items, ingredients };
      kitchen.value = site;
      failure.value = undefined;
      await refresh();
      arrive();
      await readUse();
    } catch (problem) {
      // Data that is already on the screen stays.
      if (!stock.peek()) failure.value = problem;
      throw problem;
    }
  }

  async function refresh(): Promise<void> {
    const [doubtsBefore, waiting] = [doubts, waitingOf(count.peek())];
    const [levels, menu] = await Promise.all([
      all<Level>(api, `${root}/stock`),
      api.get<Schemas["MenuView"]>(`${root}/menu`),
    ]);
    const read = stockOf(levels, menu, catalogue);
    // Entries in the outbox are newer than the server's state.
    const known = outbox.entries.peek().reduce((known, { intent: { off } }) => withOff(known, off), read);
    stock.value = known;
    trustedAt = doubtsBefore;
    resolve(waiting);
    if (!kitchen.value) return;
    const heardAt = clock.now();
    remember({ kitchen: kitchen.value, stock: known, isManager, heardAt, offsetMs: heardAt - Date.now() });
  }

  // The levels do not include unsent movements: a count compared with them would book those movements twice.
  function hasUnsent(): boolean {
    return outbox.entries.peek().some(({ intent }) => !intent.off);
  }

  function resolve(waiting: Count): void {
    if (Object.keys(waiting.lines).length === 0 || hasUnsent()) return;
    setCount(resolved(count.peek(), waiting, stock.peek()?.levels ?? [], clock.now()));
  }

  function isFresh(): boolean {
    return link.peek() === "live" && trustedAt === doubts && !hasUnsent();
  }

  /** @param quantity undefined for a line that was emptied */
  function setLine(level: Level, quantity: number | undefined): void {
    setCount(counted(count.peek(), level, quantity, { now: clock.now(), isFresh: isFresh() }));
    readForWaiting();
  }

  // Without a connection, the next snapshot does this.
  function readForWaiting(): void {
    if (link.peek() === "live" && Object.keys(waitingOf(count.peek()).lines).length > 0) changed();
  }

  function follow(to: Link): void {
    const wasLive = link.peek() === "live";
    link.value = to;
    // A resumed stream delivers missed events only after it is live again.
    if (wasLive && to !== "live") doubts++;
    else if (!wasLive && to === "live") {
      if (trustedAt === doubts) readForWaiting();
      else changed();
    }
  }

  function changed(): void {
    doubts++;
    if (isStale) return;
    isStale = true;
    setTimeout(() => {
      isStale = false;
      // The stream detects a lost connection, which leads to a new snapshot.
      refresh().then(newestMovements, readForWaiting);
    }, refreshMs);
  }

  // A person who reads older movements is not sent back to the newest.
  function newestMovements(): void {
    const { sku, entries } = ledger.peek() ?? {};
    if (sku && entries && entries.length <= ledgerPage && tab.peek() === "ledger") void readLedger(sku);
  }

  // Days of cover are optional: the screen works without last week's use.
  async function readUse(): Promise<void> {
    try {
      use.value = dailyUse(await all<Level>(api, `${root}/stock?usedDays=${useDays}`), useDays);
    } catch {}
  }

  function open(to: Tab, sku?: string): void {
    batch(() => {
      tab.value = allowed.includes(to) ? to : "now";
      chosen.value = sku;
      dish.value = undefined;
      ledger.value = undefined;
      ledgerFailure.value = undefined;
    });
    arrive();
  }

  // A URL may name an ingredient before the levels are known.
  function arrive(): void {
    const sku = chosen.value;
    if (!sku || !bySku.value.has(sku)) return;
    if (tab.value === "ledger") void readLedger(sku);
    if (tab.value === "receive") {
      chosen.value = undefined;
      addLine(sku);
    }
  }

  function addLine(sku: string): void {
    const level = bySku.value.get(sku);
    if (!level || receipt.value.some((line) => line.sku === sku)) return;
    const packSize = packSizeOf(level, stock.value?.supplies ?? {});
    receipt.value = [...receipt.value, { sku, packs: 0, packSize }];
  }

  /** @param older continues the shown list instead of restarting it */
  async function readLedger(sku: string, older = false): Promise<void> {
    const shown = ledger.value?.sku === sku ? ledger.value : undefined;
    const before = older ? shown : undefined;
    batch(() => {
      chosen.value = sku;
      ledgerFailure.value = undefined;
    });
    try {
      const cursor = before?.next ? `&cursor=${encodeURIComponent(before.next)}` : "";
      const page = await api.get<LedgerPage>(
        `${root}/stock/${encodeURIComponent(sku)}/movements?limit=${ledgerPage}${cursor}`,
      );
      if (chosen.value !== sku) return;
      ledger.value = { sku, entries: [...(before?.entries ?? []), ...page.data], next: page.nextCursor ?? undefined };
    } catch (problem) {
      if (problem instanceof Refused && problem.problem.status === 401) onSignedOut();
      if (chosen.value !== sku) return;
      if (!shown) ledgerFailure.value = problem;
      else if (older) say(problem);
    }
  }

  function say(problem: unknown, what?: string): void {
    const { title, detail } = explain(problem);
    notices.say({ kind: "bad", text: title, detail: what ? `${what}. ${detail}` : detail });
  }

  const outbox = createOutbox<Intent>({
    name: `stock.${kitchenId}`,
    api,
    onSent: ({ intent }, answer) => {
      if (!intent.off) recorded(answer as Schemas["StockLevels"]);
      readForWaiting();
      notices.say({ kind: "good", text: intent.done });
    },
    onRefused: ({ id, intent }, refusal) => {
      const what = workOf(intent);
      say(refusal, what);
      if (what && !giveBack(intent)) setRefused([...refused.peek(), { id, intent, ...explain(refusal) }]);
      changed();
    },
    onSignedOut,
  });

  // Restores refused input, so that it can be corrected without typing it again. False if other input was begun since.
  function giveBack({ receipt: lines, note: text, count: refused }: Intent): boolean {
    if (lines && receipt.peek().length === 0) {
      batch(() => {
        receipt.value = lines;
        note.value = text ?? "";
      });
      return true;
    }
    if (!refused || Object.keys(count.peek().lines).length > 0) return false;
    setCount(refused);
    return true;
  }

  function setRefused(to: readonly RefusedEntry[]): void {
    refused.value = to;
    store(refusedName, JSON.stringify(to));
  }

  /** Keeps input that was begun since: if it has the same ingredient, the refused line stays in the list. */
  function reopen(entry: RefusedEntry): void {
    const { receipt: lines, note: text, count: lost, waste } = entry.intent;
    const rest = refused.peek().filter(({ id }) => id !== entry.id);
    const keep = (left: number, intent: Partial<Intent>) =>
      setRefused(left > 0 ? [...rest, { ...entry, intent: { ...entry.intent, ...intent } }] : rest);
    if (lines) {
      const begun = new Set(receipt.peek().map(({ sku }) => sku));
      const taken = lines.filter(({ sku }) => begun.has(sku));
      receipt.value = [...receipt.peek(), ...lines.filter(({ sku }) => !begun.has(sku))];
      note.value ||= text ?? "";
      keep(taken.length, { receipt: taken });
      open("receive");
    } else if (lost) {
      const begun = count.peek().lines;
      const taken = Object.fromEntries(Object.entries(lost.lines).filter(([sku]) => begun[sku]));
      setCount({ lines: { ...lost.lines, ...begun } });
      keep(Object.keys(taken).length, { count: { lines: taken } });
      open("count");
    } else {
      setRefused(rest);
      open("waste", waste?.sku);
      dish.value = waste?.itemId;
    }
  }

  function send(subject: string, change: Change, intent: Intent): void {
    outbox.add(subject, intent, [change]);
    if (stock.value) stock.value = withOff(stock.value, intent.off);
    // With a connection, the response follows in a moment; without one, there is none to wait for.
    if (!navigator.onLine) notices.say({ kind: "warn", text: t("saved_offline") });
  }

  function book(lines: readonly Movement[], intent: Intent, idempotencyKey = newIdempotencyKey()): void {
    const path = `${root}/stock/movements`;
    send("movements", { method: "POST", path, body: { movements: lines }, idempotencyKey }, intent);
  }

  function bookReceipt(): void {
    const [lines, text] = [receipt.peek(), note.peek()];
    rememberPacks(lines);
    book(receivedOf(lines, text), { done: t("booked"), receipt: lines, note: text }, takeReceipt());
  }

  function commitCount(): void {
    const slices = slicesOf(comparableOf(count.peek()));
    const key = takeCount(waitingOf(count.peek()));
    // Booked separately: a refused slice is restored, and the others stay booked.
    for (const [index, slice] of slices.entries())
      book(movementsOf(slice), { done: t("committed"), count: slice }, index === 0 ? key : `${key}-${index}`);
  }

  function setAvailable(itemId: string, available: boolean, done: string, until?: string): void {
    const path = `${root}/items/${encodeURIComponent(itemId)}/availability`;
    const off = { itemId, available, ...(until && { until }) };
    const body = { available, ...(until && { until }) };
    send(`off/${itemId}`, { method: "PUT", path, body }, { done, off });
  }

  function recorded(answer: Schemas["StockLevels"]): void {
    if (stock.value) stock.value = withLevels(stock.value, answer.data);
  }

  return {
    now: clock.now,
    kitchenId,
    isManager,
    allowed,
    kitchen,
    stock,
    use,
    failure,
    notices,
    tab,
    chosen,
    ...drafts,
    dish,
    refused,
    ledger,
    ledgerFailure,
    bySku,
    link,
    follow,
    load,
    changed,
    addLine,
    refresh,
    open,
    readLedger,
    book,
    bookReceipt,
    commitCount,
    setAvailable,
    outbox,
    setLine,
    reopen,
    dismiss: ({ id }: RefusedEntry) => setRefused(refused.peek().filter((one) => one.id !== id)),
    discardCount: () => setCount(noCount),
    /** True if a reload would lose no input. */
    isQuiet: () => (receipt.peek().length === 0 || drafts.receiptIsStored.peek()) && tab.peek() !== "waste",
  };
}

function withOff(stock: Stock, off: Intent["off"]): Stock {
  return off ? withAvailability(stock, off.itemId, off.available, off.until) : stock;
}

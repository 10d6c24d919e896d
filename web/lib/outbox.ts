/**
 * Screen outbox: changes that a screen has made and the server has not confirmed, kept in the device's storage, sent in
 * the order of their subject, and repeated until there is an answer. They must be idempotent.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Api, type Change, newIdempotencyKey, Refused, Unreachable } from "./api";
import { type Lead, leader } from "./leader";
import { backOffMs } from "./live-policy";
import { read, store } from "./stored";

/** @typeParam I what the screen shows of it until it is confirmed */
export type Entry<I> = {
  readonly id: string;
  /** Entries of one subject, such as an order, are sent in their order; those of others do not wait for them. */
  readonly subject: string;
  readonly intent: I;
  /** Sent one after the other. */
  readonly changes: readonly Change[];
  /** Until then it can be undone. */
  readonly holdUntil: number;
};

export type OutboxOptions<I> = {
  /** Names the queue in the storage: screens of different kitchens on one device have their own. */
  readonly name: string;
  readonly api: Api;
  /** Called before the entry leaves the queue, with the answer to its last change. */
  readonly onSent: (entry: Entry<I>, answer: unknown) => void;
  /** The server refused a change: what the screen shows is not true. */
  readonly onRefused: (entry: Entry<I>, refusal: Refused) => void;
  /** The session has ended: the entries are kept for the next one. */
  readonly onSignedOut: () => void;
};

export type Outbox<I> = {
  readonly entries: ReadonlySignal<readonly Entry<I>[]>;
  /** False if the device cannot store them: they are lost when the page is closed. */
  readonly isDurable: ReadonlySignal<boolean>;
  /** True while the server cannot be reached, or is not able to answer: entries wait to be repeated. */
  readonly isWaiting: ReadonlySignal<boolean>;
  add(subject: string, intent: I, changes: readonly Change[], holdMs?: number): Entry<I>;
  /** Takes an entry back; false if it was sent already. */
  undo(id: string): boolean;
  /** The server can be reached again. */
  retryNow(): void;
  stop(): void;
};

/** What failed, and is not repeated before a time. */
export type Failing = { readonly failures: number; readonly notBefore: number };

/**
 * What comes next: an entry to send, or the time to wait for one.
 * @param failing by subject: the others come first
 */
export function nextOf<I>(
  entries: readonly Entry<I>[],
  now: number,
  failing: ReadonlyMap<string, Failing> = new Map(),
): { entry: Entry<I> } | { waitMs: number } | undefined {
  const notBefore = ({ subject }: Entry<I>) => failing.get(subject)?.notBefore ?? 0;
  const firsts = entries
    .filter((one, index) => !entries.slice(0, index).some((other) => other.subject === one.subject))
    .sort((one, other) => notBefore(one) - notBefore(other));
  const waits = firsts.map((one) => Math.max(leftMs(one.holdUntil, now), leftMs(notBefore(one), now)));
  const due = firsts[waits.indexOf(0)];
  if (due) return { entry: due };
  return waits.length > 0 ? { waitMs: Math.min(...waits) } : undefined;
}

/** Longer than any wait: beyond it, the device's clock was set back. */
const waitMostMs = 60_000;

function leftMs(until: number, now: number): number {
  const left = until - now;
  return left > waitMostMs ? 0 : Math.max(0, left);
}

const overdueMs = 10_000;

/** Whether an entry should have been sent by now: by this tab, or by another one. */
export function isOverdue(entries: readonly Entry<unknown>[], now: number): boolean {
  return entries.some(({ holdUntil }) => now - holdUntil >= overdueMs);
}

export type Outcome = "again" | "signed_out" | "refused";

export function outcomeOf(failure: unknown): Outcome {
  if (!(failure instanceof Refused) || failure.isTransient) return "again";
  const { status, code } = failure.problem;
  return status === 401 || code === "antiforgery_missing" ? "signed_out" : "refused";
}

/** Failures in a row from here on are no matter of one subject: the server is away, or overloaded. */
const failuresOfServer = 3;

/** Whether the next entry would fail as well. */
function isOfServer(failure: unknown, inARow: number): boolean {
  if (failure instanceof Refused) return failure.problem.status === 429 || inARow >= failuresOfServer;
  return !(failure instanceof Unreachable && failure.isTimeOut) || inARow >= failuresOfServer;
}

/** @param lead says whether this tab is the one that sends */
export function createOutbox<I>(options: OutboxOptions<I>, lead: Lead = leader(`outbox.${options.name}`)): Outbox<I> {
  const key = `outbox.${options.name}`;
  const entries = signal(parse<I>(read(key)));
  const isDurable = signal(true);
  const isWaiting = signal(false);
  let isLeading = false;
  /** The id of the entry that is under way. */
  let sending: string | undefined;
  const failing = new Map<string, Failing>();
  /** Without a success in between. */
  let failuresInARow = 0;
  let restUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function save(next: readonly Entry<I>[]): void {
    entries.value = next;
    isDurable.value = store(key, JSON.stringify(next));
  }

  // Another tab may have changed the queue since.
  function known(): readonly Entry<I>[] {
    return isDurable.peek() ? parse<I>(read(key)) : entries.peek();
  }

  function pump(): void {
    clearTimeout(timer);
    if (!isLeading || sending !== undefined) return;
    const [waiting, now] = [known(), Date.now()];
    for (const subject of failing.keys()) if (!waiting.some((one) => one.subject === subject)) failing.delete(subject);
    const next = nextOf(waiting, now, failing);
    if (!next) return;
    const waitMs = Math.max(leftMs(restUntil, now), "waitMs" in next ? next.waitMs : 0);
    if ("entry" in next && waitMs === 0) void send(next.entry);
    else timer = setTimeout(pump, waitMs);
  }

  async function send(entry: Entry<I>): Promise<void> {
    sending = entry.id;
    try {
      let answer: unknown;
      for (const change of entry.changes) answer = await options.api.send(change);
      answered(entry);
      options.onSent(entry, answer);
      remove(entry.id);
    } catch (failure) {
      failed(entry, failure);
    }
    sending = undefined;
    pump();
  }

  function answered({ subject }: Entry<I>): void {
    failuresInARow = 0;
    failing.delete(subject);
    isWaiting.value = failing.size > 0;
  }

  function failed(entry: Entry<I>, failure: unknown): void {
    const outcome = outcomeOf(failure);
    if (outcome === "refused") {
      answered(entry);
      remove(entry.id);
      options.onRefused(entry, failure as Refused);
      return;
    }
    if (outcome === "signed_out") options.onSignedOut();
    const now = Date.now();
    const failures = failing.get(entry.subject)?.failures ?? 0;
    const asked = failure instanceof Refused ? (failure.retryAfterSeconds ?? 0) * 1_000 : 0;
    const waitMs = (count: number) => Math.min(waitMostMs, Math.max(asked, backOffMs(count, Math.random())));
    failing.set(entry.subject, { failures: failures + 1, notBefore: now + waitMs(failures) });
    failuresInARow += 1;
    if (outcome === "signed_out" || isOfServer(failure, failuresInARow)) restUntil = now + waitMs(failuresInARow - 1);
    isWaiting.value = true;
  }

  function remove(id: string): void {
    save(known().filter((one) => one.id !== id));
  }

  function changedElsewhere(event: StorageEvent): void {
    if (event.key !== `tiffin.${key}`) return;
    entries.value = parse<I>(event.newValue ?? undefined);
    pump();
  }

  window.addEventListener("storage", changedElsewhere);
  const release = lead((leads) => {
    isLeading = leads;
    pump();
  });

  return {
    entries,
    isDurable,
    isWaiting,
    add: (subject, intent, changes, holdMs = 0) => {
      const entry = { id: newIdempotencyKey(), subject, intent, changes, holdUntil: Date.now() + holdMs };
      save([...known(), entry]);
      pump();
      return entry;
    },
    undo: (id) => {
      if (id === sending || !known().some((one) => one.id === id)) return false;
      remove(id);
      pump();
      return true;
    },
    retryNow: () => {
      restUntil = 0;
      for (const [subject, { failures }] of failing) failing.set(subject, { failures, notBefore: 0 });
      pump();
    },
    stop: () => {
      isLeading = false;
      clearTimeout(timer);
      window.removeEventListener("storage", changedElsewhere);
      release();
    },
  };
}

function parse<I>(text: string | undefined): readonly Entry<I>[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

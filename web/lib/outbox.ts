/**
 * Screen outbox: changes made on a screen that the server has not confirmed. They are kept in the device's storage,
 * sent in order within each subject, and retried until the server accepts or refuses them. They must be idempotent.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Api, type Change, newIdempotencyKey, Refused, Unreachable } from "./api";
import { type Lead, leader } from "./leader";
import { backOffMs } from "./live-policy";
import { read, store } from "./stored";

/** @typeParam I what the screen shows for the entry until it is confirmed */
export type Entry<I> = {
  readonly id: string;
  /** Entries of one subject, such as an order, are sent in order; entries of other subjects do not wait for them. */
  readonly subject: string;
  readonly intent: I;
  /** Sent one after the other. */
  readonly changes: readonly Change[];
  /** The entry can be undone before this time. */
  readonly holdUntil: number;
};

export type OutboxOptions<I> = {
  /** Names the queue in the storage: screens of different kitchens on one device have their own. */
  readonly name: string;
  readonly api: Api;
  /** Called before the entry leaves the queue, with the response to its last change. */
  readonly onSent: (entry: Entry<I>, answer: unknown) => void;
  /** The server refused a change: the screen shows a state that is not true. */
  readonly onRefused: (entry: Entry<I>, refusal: Refused) => void;
  /** The session has ended: the entries are kept for the next one. */
  readonly onSignedOut: () => void;
};

export type Outbox<I> = {
  readonly entries: ReadonlySignal<readonly Entry<I>[]>;
  /** False if the device cannot store them: they are lost when the page is closed. */
  readonly isDurable: ReadonlySignal<boolean>;
  /** True while the server cannot be reached or cannot handle requests: entries wait to be retried. */
  readonly isWaiting: ReadonlySignal<boolean>;
  /** Entries that keep failing, for a person to decide about; they are still retried. */
  readonly stuck: ReadonlySignal<readonly Stuck<I>[]>;
  add(subject: string, intent: I, changes: readonly Change[], holdMs?: number): Entry<I>;
  /** Withdraws an entry; false if it was already sent. */
  undo(id: string): boolean;
  /** Sends a stuck entry at once. */
  retry(id: string): void;
  /** Gives up an entry, even while it is being sent: the server may have accepted it. */
  discard(id: string): void;
  /** Retries everything at once: the server can be reached again. */
  retryNow(): void;
  stop(): void;
};

/** A failing subject: since when, and before which time it is not retried (0 if it is retried at once). */
export type Failing = {
  readonly since: number;
  readonly failures: number;
  readonly notBefore: number;
  /** The last response, if there was one. */
  readonly problem?: string | undefined;
};

export type Stuck<I> = {
  readonly entry: Entry<I>;
  /** How many later entries of the subject wait for this one. */
  readonly behind: number;
  readonly problem: string | undefined;
  readonly isTrying: boolean;
};

/**
 * What comes next: an entry to send, or the time to wait for one.
 * @param failing by subject; other subjects come first
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

/** Longer than a restart of the server. */
const stuckAfterMs = 60_000;

/** The entries that have held up their subjects for long, although they were tried. */
export function stuckOf<I>(
  entries: readonly Entry<I>[],
  now: number,
  failing: ReadonlyMap<string, Failing>,
  sending?: string,
): readonly Stuck<I>[] {
  return [...failing].flatMap(([subject, { since, notBefore, problem }]) => {
    const [entry, ...later] = entries.filter((one) => one.subject === subject);
    const isStuck = entry && notBefore > 0 && now - since >= stuckAfterMs;
    return isStuck ? [{ entry, behind: later.length, problem, isTrying: entry.id === sending }] : [];
  });
}

/** No wait is longer: if more is left, the device's clock was set back. */
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

/** If three subjects fail in a row, the cause is not one of them: the server is down or overloaded. */
const subjectsOfServer = 3;

/** Whether other entries would fail as well. */
function isOfServer(failure: unknown, subjects: number): boolean {
  if (failure instanceof Refused) return failure.problem.status === 429 || subjects >= subjectsOfServer;
  return !(failure instanceof Unreachable && failure.isTimeOut) || subjects >= subjectsOfServer;
}

/** @param lead says whether this tab is the one that sends */
export function createOutbox<I>(options: OutboxOptions<I>, lead: Lead = leader(`outbox.${options.name}`)): Outbox<I> {
  const key = `outbox.${options.name}`;
  const entries = signal(parse<I>(read(key)));
  const isDurable = signal(true);
  const isWaiting = signal(false);
  const stuck = signal<readonly Stuck<I>[]>([]);
  let isLeading = false;
  /** The id of the entry that is being sent. */
  let sending: string | undefined;
  const failing = new Map<string, Failing>();
  /** Failures without a success in between. */
  let failuresInARow = 0;
  const failedInARow = new Set<string>();
  let restUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function save(next: readonly Entry<I>[]): void {
    entries.value = next;
    isDurable.value = store(key, JSON.stringify(next));
  }

  // Another tab may have changed the queue.
  function known(): readonly Entry<I>[] {
    return isDurable.peek() ? parse<I>(read(key)) : entries.peek();
  }

  function lookForStuck(): void {
    const found = stuckOf(entries.peek(), Date.now(), failing, sending);
    if (found.length > 0 || stuck.peek().length > 0) stuck.value = found;
  }

  function pump(): void {
    clearTimeout(timer);
    lookForStuck();
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
    lookForStuck();
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
    failedInARow.clear();
    failing.delete(subject);
    isWaiting.value = failing.size > 0;
  }

  function failed(entry: Entry<I>, failure: unknown): void {
    // The entry was discarded in the meantime.
    if (!known().some(({ id }) => id === entry.id)) return;
    const outcome = outcomeOf(failure);
    if (outcome === "refused") {
      answered(entry);
      remove(entry.id);
      options.onRefused(entry, failure as Refused);
      return;
    }
    if (outcome === "signed_out") options.onSignedOut();
    const now = Date.now();
    const { since, failures } = failing.get(entry.subject) ?? { since: now, failures: 0 };
    const asked = failure instanceof Refused ? (failure.retryAfterSeconds ?? 0) * 1_000 : 0;
    const waitMs = (count: number) => Math.min(waitMostMs, Math.max(asked, backOffMs(count, Math.random())));
    const problem = failure instanceof Refused ? failure.problem.title : undefined;
    failing.set(entry.subject, { since, failures: failures + 1, notBefore: now + waitMs(failures), problem });
    failuresInARow += 1;
    failedInARow.add(entry.subject);
    const isOfAll = outcome === "signed_out" || isOfServer(failure, failedInARow.size);
    if (isOfAll) restUntil = now + waitMs(failuresInARow - 1);
    isWaiting.value = true;
  }

  function remove(id: string): void {
    save(known().filter((one) => one.id !== id));
  }

  function retry(id: string): void {
    const subject = entries.peek().find((one) => one.id === id)?.subject ?? "";
    const known = failing.get(subject);
    if (known) failing.set(subject, { ...known, notBefore: 1 });
    restUntil = 0;
    pump();
  }

  function discard(id: string): void {
    const subject = entries.peek().find((one) => one.id === id)?.subject ?? "";
    failing.delete(subject);
    remove(id);
    pump();
  }

  function changedElsewhere(event: StorageEvent): void {
    if (event.key !== `tiffin.${key}`) return;
    entries.value = parse<I>(event.newValue ?? undefined);
    pump();
  }

  window.addEventListener("storage", changedElsewhere);
  const release = lead((leads) => {
    isLeading = leads;
    // The tab that leads now tracks failures itself.
    if (!leads) failing.clear();
    pump();
  });

  return {
    entries,
    isDurable,
    isWaiting,
    stuck,
    retry,
    discard,
    add: (subject, intent, changes, holdMs = 0) => {
      const entry = { id: newIdempotencyKey(), subject, intent, changes, holdUntil: Date.now() + holdMs };
      save([...known(), entry]);
      pump();
      return entry;
    },
    undo: (id) => {
      const entry = known().find((one) => one.id === id);
      // If another tab leads, it may be sending the entry from the end of its hold.
      if (!entry || id === sending || (!isLeading && entry.holdUntil <= Date.now())) return false;
      remove(id);
      pump();
      return true;
    },
    retryNow: () => {
      restUntil = 0;
      for (const [subject, one] of failing) failing.set(subject, { ...one, notBefore: 0 });
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

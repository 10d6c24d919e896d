/**
 * Screen outbox: changes that a screen has made and the server has not confirmed, kept in the device's storage, sent in
 * order, and repeated until there is an answer. They must be idempotent.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Api, type Change, newIdempotencyKey, Refused } from "./api";
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

/** What comes next: an entry to send, or the time to wait for one. */
export function nextOf<I>(
  entries: readonly Entry<I>[],
  now: number,
): { entry: Entry<I> } | { waitMs: number } | undefined {
  const firsts = entries.filter(
    (one, index) => !entries.slice(0, index).some((other) => other.subject === one.subject),
  );
  const waits = firsts.map((one) => holdLeftMs(one, now));
  const due = firsts[waits.indexOf(0)];
  if (due) return { entry: due };
  return waits.length > 0 ? { waitMs: Math.min(...waits) } : undefined;
}

/** Longer than any hold: beyond it, the device's clock was set back. */
const holdMostMs = 60_000;

function holdLeftMs({ holdUntil }: Entry<unknown>, now: number): number {
  const left = holdUntil - now;
  return left > holdMostMs ? 0 : Math.max(0, left);
}

export type Outcome = "again" | "signed_out" | "refused";

export function outcomeOf(failure: unknown): Outcome {
  if (!(failure instanceof Refused) || failure.isTransient) return "again";
  const { status, code } = failure.problem;
  return status === 401 || code === "antiforgery_missing" ? "signed_out" : "refused";
}

/** @param lead runs its argument while this tab is the one that sends */
export function createOutbox<I>(options: OutboxOptions<I>, lead: Lead = leader(options.name)): Outbox<I> {
  const key = `outbox.${options.name}`;
  const entries = signal(parse<I>(read(key)));
  const isDurable = signal(true);
  const isWaiting = signal(false);
  let isLeading = false;
  let isSending = false;
  let failures = 0;
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
    if (!isLeading || isSending) return;
    const next = nextOf(known(), Date.now());
    if (!next) return;
    if ("entry" in next) void send(next.entry);
    else timer = setTimeout(pump, next.waitMs);
  }

  async function send(entry: Entry<I>): Promise<void> {
    isSending = true;
    let waitMs = 0;
    try {
      let answer: unknown;
      for (const change of entry.changes) answer = await options.api.send(change);
      failures = 0;
      isWaiting.value = false;
      options.onSent(entry, answer);
      remove(entry.id);
    } catch (failure) {
      waitMs = failed(entry, failure);
    }
    isSending = false;
    if (waitMs > 0) timer = setTimeout(pump, waitMs);
    else pump();
  }

  function failed(entry: Entry<I>, failure: unknown): number {
    const outcome = outcomeOf(failure);
    if (outcome === "refused") {
      isWaiting.value = false;
      failures = 0;
      remove(entry.id);
      options.onRefused(entry, failure as Refused);
      return 0;
    }
    if (outcome === "signed_out") options.onSignedOut();
    isWaiting.value = true;
    const asked = failure instanceof Refused ? (failure.retryAfterSeconds ?? 0) * 1_000 : 0;
    return Math.max(asked, backOffMs(failures++, Math.random()));
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
  const release = lead(() => {
    isLeading = true;
    pump();
  });

  return {
    entries,
    isDurable,
    isWaiting,
    add: (subject, intent, changes, holdMs = 0) => {
      const entry = { id: newIdempotencyKey(), subject, intent, changes, holdUntil: Date.now() + holdMs };
      save([...known(), entry]);
      if (failures === 0) pump();
      return entry;
    },
    undo: (id) => {
      const entry = known().find((one) => one.id === id);
      if (!entry || (isSending && holdLeftMs(entry, Date.now()) === 0)) return false;
      remove(id);
      return true;
    },
    retryNow: pump,
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

/** Calls back once this tab leads, and returns what gives the lead up. */
export type Lead = (onLead: () => void) => () => void;

const leaseMs = 6_000;

/** One tab of a device sends. Over plain HTTP there are no locks: there a lease in the storage is renewed. */
export function leader(name: string): Lead {
  return (onLead) => (navigator.locks ? lock(name, onLead) : lease(name, onLead));
}

function lock(name: string, onLead: () => void): () => void {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  void navigator.locks.request(`tiffin.outbox.${name}`, () => {
    onLead();
    return held;
  });
  return () => release();
}

function lease(name: string, onLead: () => void): () => void {
  const key = `outbox.${name}.lease`;
  const me = newIdempotencyKey();
  let isLeading = false;
  function renew(): void {
    const [holder, until] = (read(key) ?? "").split(" ");
    const isFree = holder === me || !(Number(until) > Date.now()) || Number(until) > Date.now() + leaseMs;
    if (!isFree) return;
    store(key, `${me} ${Date.now() + leaseMs}`);
    // Written by two tabs at once, it is held by the last: led from the next turn on.
    if (holder === me && !isLeading) {
      isLeading = true;
      onLead();
    }
  }
  renew();
  const timer = setInterval(renew, leaseMs / 6);
  return () => {
    clearInterval(timer);
    if (isLeading) store(key, "");
  };
}

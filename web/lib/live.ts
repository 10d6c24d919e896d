/**
 * A tab's live connection: a snapshot, followed by the events after it without a gap. It resumes after a break, and is
 * compared with a fresh snapshot from time to time.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { Refused, type Schemas } from "./api";
import type { ServerClock } from "./clock";
import { type Link, type LiveCommand, type LiveInput, linkOf, started, step, watchdogMs } from "./live-policy";

export type { Link } from "./live-policy";

/** Position and time of a snapshot, such as the board of a kitchen. */
export type Snapshot = {
  readonly asOf: string;
  readonly now: string;
  /** For a snapshot from several reads: none of them has seen an event after this position. */
  readonly readUntil?: string | undefined;
};

export type LiveEvent = Schemas["EventView"];

/**
 * first: the page's first. resumed: the stream could not continue, and events are missing. compared: the state should
 * equal the snapshot, and a difference is a defect.
 */
export type SnapshotKind = "first" | "resumed" | "compared";

export type LiveStatus = {
  readonly link: Link;
  /** The last sign of life, by the server's clock; undefined if there was none yet. */
  readonly heardAt: number | undefined;
};

export type LiveOptions<S extends Snapshot> = {
  readonly snapshot: (signal: AbortSignal) => Promise<S>;
  /** With filters, such as /v1/events?kitchenId=a,b&types=order.*; the cursor is appended. */
  readonly streamPath: string;
  /** @param later the events after the snapshot that onEvent has already received: apply them to the snapshot. */
  readonly onSnapshot: (snapshot: S, later: readonly LiveEvent[], kind: SnapshotKind) => void;
  readonly onEvent: (event: LiveEvent) => void;
  /** The server refuses this session: signed out, or not its kitchen. The connection has ended. */
  readonly onRefused: (refusal: Refused) => void;
  readonly clock: ServerClock;
  /** When the state shown until the first snapshot was current, by the server's clock. */
  readonly heardAt?: number | undefined;
};

export type Live = {
  readonly status: ReadonlySignal<LiveStatus>;
  stop(): void;
};

export function live<S extends Snapshot>(options: LiveOptions<S>): Live {
  const { clock, heardAt } = options;
  const status = signal<LiveStatus>({ link: "connecting", heardAt });
  let { state, commands } = started(Date.now(), heardAt && Date.now() - (clock.now() - heardAt));
  let source: EventSource | undefined;
  let reading = new AbortController();
  let comparison: Comparison<S> | undefined;
  let hadSnapshot = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function input(one: LiveInput): void {
    const next = step(state, one, Date.now(), Math.random());
    state = next.state;
    clearTimeout(retry);
    // Does not wait for the next tick: a page whose session has ended would stay visible until then.
    if (state.phase === "waiting") retry = setTimeout(tick, state.retryAt - Date.now());
    next.commands.forEach(obey);
    show();
  }

  function tick(): void {
    const { readAt = Number.POSITIVE_INFINITY } = comparison ?? {};
    // The stream sends heartbeats and does not reach what the server has had for so long: it lacks events.
    input(Date.now() - readAt >= watchdogMs ? { kind: "broken", refused: true } : { kind: "tick" });
  }

  function show(): void {
    const now = Date.now();
    const link = linkOf(state, now);
    const heardAt = state.heardAt === undefined ? undefined : clock.now() - (now - state.heardAt);
    // While the connection is live, the time does not matter, and updating it would render the screen at each message.
    const { link: shown, heardAt: shownAt } = status.peek();
    const isMoved = Math.abs((heardAt ?? 0) - (shownAt ?? 0)) > 1_000;
    if (link !== shown || (link !== "live" && isMoved)) status.value = { link, heardAt };
  }

  function obey(command: LiveCommand): void {
    if (command === "read") void read();
    else if (command === "open") open();
    else if (command === "close") close();
    else void compare();
  }

  async function read(): Promise<void> {
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    let snapshot: S;
    try {
      snapshot = await options.snapshot(signal);
    } catch (failure) {
      if (!signal.aborted) failed(failure);
      return;
    }
    if (signal.aborted) return;
    clock.learn(snapshot.now);
    options.onSnapshot(snapshot, [], hadSnapshot ? "resumed" : "first");
    hadSnapshot = true;
    input({ kind: "read", asOf: snapshot.asOf });
  }

  function failed(failure: unknown): void {
    if (failure instanceof Refused && !failure.isTransient) {
      input({ kind: "read_refused" });
      options.onRefused(failure);
      return;
    }
    const seconds = failure instanceof Refused ? failure.retryAfterSeconds : undefined;
    input({ kind: "read_failed", retryAfterMs: seconds && seconds * 1_000 });
  }

  function open(): void {
    const opened = new EventSource(`${options.streamPath}&after=${state.cursor}`);
    source = opened;
    opened.onopen = () => input({ kind: "heard" });
    opened.onmessage = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as LiveEvent;
      options.onEvent(event);
      comparison?.later.push(event);
      heard(event.position);
    };
    opened.addEventListener("heartbeat", (message) => {
      const beat = JSON.parse((message as MessageEvent<string>).data) as { now: string; position: string };
      clock.learn(beat.now);
      heard(beat.position);
    });
    // A browser reopens a broken stream at its own pace, and never reopens a refused one.
    opened.onerror = () => input({ kind: "broken", refused: opened.readyState === EventSource.CLOSED });
  }

  function heard(cursor: string): void {
    input({ kind: "heard", cursor });
    finishComparison();
  }

  function close(): void {
    source?.close();
    source = undefined;
    comparison?.abort.abort();
    comparison = undefined;
  }

  // The stream continues meanwhile: the snapshot is compared once the stream has reached everything that it contains.
  async function compare(): Promise<void> {
    const mine: Comparison<S> = { later: [], abort: new AbortController() };
    comparison = mine;
    try {
      mine.snapshot = await options.snapshot(mine.abort.signal);
      mine.readAt = Date.now();
    } catch (failure) {
      if (failure instanceof Refused && !failure.isTransient) failed(failure);
      return;
    }
    finishComparison();
  }

  function finishComparison(): void {
    const { snapshot, later } = comparison ?? {};
    if (!snapshot || !later || Number(state.cursor) < Number(snapshot.readUntil ?? snapshot.asOf)) return;
    comparison = undefined;
    const after = later.filter((event) => Number(event.position) > Number(snapshot.asOf));
    options.onSnapshot(snapshot, after, "compared");
  }

  const woken = () => {
    if (document.visibilityState === "visible") input({ kind: "woken" });
  };
  const timer = setInterval(tick, 1_000);
  document.addEventListener("visibilitychange", woken);
  window.addEventListener("online", woken);
  window.addEventListener("pageshow", woken);
  commands.forEach(obey);

  return {
    status,
    stop: () => {
      clearInterval(timer);
      clearTimeout(retry);
      document.removeEventListener("visibilitychange", woken);
      window.removeEventListener("online", woken);
      window.removeEventListener("pageshow", woken);
      reading.abort();
      close();
    },
  };
}

type Comparison<S> = {
  snapshot?: S;
  readAt?: number;
  readonly later: LiveEvent[];
  readonly abort: AbortController;
};

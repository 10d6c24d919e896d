/**
 * Policy of the live connection: when a screen reads a snapshot, opens its event stream, doubts it and gives it up.
 * Without I/O: `live.ts` executes the commands.
 */

/** The server sends a heartbeat every 15 s. */
export const doubtMs = 20_000;
export const watchdogMs = 45_000;
export const compareMs = 600_000;

const backOffMinMs = 1_000;
const backOffMaxMs = 15_000;

/** The connection state that a screen shows. */
export type Link = "connecting" | "live" | "doubtful" | "lost";

export type LiveState = {
  readonly phase: "reading" | "opening" | "open" | "waiting" | "ended";
  /** Where the stream continues; undefined until a snapshot was read, and after its cursor was refused. */
  readonly cursor?: string | undefined;
  readonly wasOpen: boolean;
  /** The last sign of life, of this page or of the state that it started with; undefined if there was none yet. */
  readonly heardAt: number | undefined;
  readonly failures: number;
  /** In the phase waiting. */
  readonly retryAt: number;
  readonly comparedAt: number;
};

export type LiveInput =
  | { readonly kind: "read"; readonly asOf: string }
  | { readonly kind: "read_failed"; readonly retryAfterMs?: number | undefined }
  /** The server will keep refusing: no session, or no such kitchen. */
  | { readonly kind: "read_refused" }
  | { readonly kind: "heard"; readonly cursor?: string | undefined }
  /** The stream ended. refused: the response was not a stream, perhaps because of the cursor. */
  | { readonly kind: "broken"; readonly refused: boolean }
  /** The page is shown again, or the device is online again. */
  | { readonly kind: "woken" }
  | { readonly kind: "tick" };

export type LiveCommand = "read" | "open" | "close" | "compare";

type Step = { readonly state: LiveState; readonly commands: readonly LiveCommand[] };

/** @param heardAt time of the state that the screen shows until it has read a snapshot */
export function started(now: number, heardAt?: number): Step {
  const state: LiveState = {
    phase: "reading",
    wasOpen: false,
    heardAt,
    failures: 0,
    retryAt: now,
    comparedAt: now,
  };
  return { state, commands: ["read"] };
}

/** @param random from 0 to 1: a chain's screens must not all reconnect at once after a restart of the server. */
export function step(state: LiveState, input: LiveInput, now: number, random: number): Step {
  if (state.phase === "ended") return { state, commands: [] };
  switch (input.kind) {
    case "read":
      return {
        state: { ...state, phase: "opening", cursor: input.asOf, heardAt: now, comparedAt: now },
        commands: ["open"],
      };
    case "read_failed":
      return wait(state, now, random, input.retryAfterMs);
    case "read_refused":
      return { state: { ...state, phase: "ended" }, commands: ["close"] };
    case "heard":
      return {
        state: {
          ...state,
          phase: "open",
          cursor: input.cursor ?? state.cursor,
          wasOpen: true,
          heardAt: now,
          failures: 0,
        },
        commands: [],
      };
    case "broken":
      return broken(state, now, random, input.refused);
    case "woken":
      return woken(state, now);
    case "tick":
      return tick(state, now);
  }
}

function broken(state: LiveState, now: number, random: number, isRefused: boolean): Step {
  const waiting = wait(state, now, random).state;
  if (!isRefused) return { state: waiting, commands: ["close"] };
  const next: LiveState = { ...waiting, cursor: undefined };
  // The session may have ended. A read detects this, and hides a screen that its viewers may no longer see.
  return state.failures > 1
    ? { state: next, commands: ["close"] }
    : { state: { ...next, phase: "reading", retryAt: now }, commands: ["close", "read"] };
}

function woken(state: LiveState, now: number): Step {
  if (state.phase === "waiting") return retry(state, now);
  // A device that slept keeps a dead connection open.
  const isDoubtful = state.phase === "open" && silenceOf(state, now) >= doubtMs;
  return isDoubtful ? reopen(state, now) : { state, commands: [] };
}

function tick(state: LiveState, now: number): Step {
  // The device's clock was set back: without this, a silent connection would count as live until the old time.
  if (now < (state.heardAt ?? state.comparedAt)) {
    const heardAt = state.heardAt === undefined ? undefined : now;
    return { state: { ...state, heardAt, comparedAt: now, retryAt: now }, commands: [] };
  }
  if (state.phase === "waiting" && now >= state.retryAt) return retry(state, now);
  if (state.phase === "opening" || state.phase === "open") {
    if (now - silentSince(state) >= watchdogMs) return reopen(state, now);
    if (state.phase === "open" && now - state.comparedAt >= compareMs)
      return { state: { ...state, comparedAt: now }, commands: ["compare"] };
  }
  return { state, commands: [] };
}

// A stream opened after a silence gets its own time to respond.
function silentSince(state: LiveState): number {
  const heardAt = state.heardAt ?? state.retryAt;
  return state.phase === "opening" ? Math.max(heardAt, state.retryAt) : heardAt;
}

function reopen(state: LiveState, now: number): Step {
  return { state: { ...state, phase: "opening", retryAt: now }, commands: ["close", "open"] };
}

function retry(state: LiveState, now: number): Step {
  return state.cursor === undefined
    ? { state: { ...state, phase: "reading", retryAt: now }, commands: ["read"] }
    : { state: { ...state, phase: "opening", retryAt: now }, commands: ["open"] };
}

function wait(state: LiveState, now: number, random: number, atLeastMs = 0): Step {
  const delay = Math.max(backOffMs(state.failures, random), atLeastMs);
  return {
    state: { ...state, phase: "waiting", failures: state.failures + 1, retryAt: now + delay },
    commands: [],
  };
}

export function backOffMs(failures: number, random: number): number {
  const most = Math.min(backOffMaxMs, 2 * backOffMinMs * 2 ** Math.min(failures, 10));
  return backOffMinMs + random * (most - backOffMinMs);
}

export function linkOf(state: LiveState, now: number): Link {
  // This page has not reached the server yet: heardAt dates only the remembered state that it shows.
  if (state.cursor === undefined && !state.wasOpen) return state.failures === 0 ? "connecting" : "lost";
  const silence = silenceOf(state, now);
  if (silence >= watchdogMs) return "lost";
  if (state.phase === "open" && silence < doubtMs) return "live";
  return state.wasOpen ? "doubtful" : "connecting";
}

function silenceOf({ heardAt = Number.NEGATIVE_INFINITY }: LiveState, now: number): number {
  return now - heardAt;
}

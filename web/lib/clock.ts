/** The server's clock, as a screen estimates it. Deadlines are server times: a tablet's clock may be an hour off. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** A sample that differs by less was delayed; if it differs by more, one of the clocks was set. */
const jumpMs = 2_000;

/**
 * The difference of the clocks after one more sample. A sample arrives late, never early: of two similar ones, the
 * greater is closer to the truth.
 */
export function offsetAfter(offsetMs: number | undefined, serverNow: number, localNow: number): number {
  const sample = serverNow - localNow;
  if (offsetMs === undefined || Math.abs(sample - offsetMs) > jumpMs) return sample;
  return Math.max(offsetMs, sample);
}

export interface ServerClock {
  /** The server's time, in ms since 1970. */
  now(): number;
  /** The server's time, cut to seconds: the one timer of a screen. */
  readonly second: ReadonlySignal<number>;
  /** Takes the server's time from a response or a heartbeat. */
  learn(serverNow: string): void;
  stop(): void;
}

export function createClock(localNow: () => number = Date.now): ServerClock {
  let offset: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => localNow() + (offset ?? 0);
  const second = signal(wholeSecond(now()));

  function tick(): void {
    clearTimeout(timer);
    second.value = wholeSecond(now());
    timer = setTimeout(tick, 1_000 - (now() % 1_000));
  }
  tick();

  return {
    now,
    second,
    learn: (serverNow) => {
      const before = offset;
      offset = offsetAfter(offset, Date.parse(serverNow), localNow());
      if (before === undefined || Math.abs(offset - before) > jumpMs) tick();
    },
    stop: () => clearTimeout(timer),
  };
}

function wholeSecond(ms: number): number {
  return ms - (ms % 1_000);
}

/** The part of EventSource that is used, so that tests can replace it. */
export type Source = Pick<EventTarget, "addEventListener"> & Pick<EventSource, "close" | "readyState">;

export type Following = {
  /** Call this when the page becomes visible: timers of hidden pages sleep. */
  check(): void;
  stop(): void;
};

/** Three heartbeats: a connection that is silent for longer is dead, even if the browser has not noticed yet. */
export const silenceMs = 45_000;
export const waitMaxMs = 30_000;
/** An order becomes late as time passes, without an event. */
export const lookMs = 60_000;
const closed = 2;

/**
 * Follows the stream of one order. Calls `changed` at each event, once a minute, and at each connection after the
 * first, because a page that could not connect may have missed something. Smaller than the screens' own connection:
 * there is no snapshot to compare, and changes are read from the page.
 *
 * @param open opens the stream after a version of the order
 */
export function follow(
  open: (version: string) => Source,
  version: string,
  changed: () => void,
  random: () => number = Math.random,
): Following {
  let source: Source | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let heardAt = Date.now();
  let failures = 0;
  let wasOpen = false;

  function start() {
    const opened = open(version);
    source = opened;
    opened.addEventListener("open", connected);
    opened.addEventListener("message", moved);
    opened.addEventListener("changed", moved);
    opened.addEventListener("heartbeat", alive);
    // Otherwise the browser reconnects without help.
    opened.addEventListener("error", () => opened.readyState === closed && reconnect());
    watch();
  }

  // A reconnection by the browser, or after a silence, may have missed something.
  function connected() {
    if (wasOpen) changed();
    wasOpen = true;
  }

  function alive() {
    failures = 0;
    heardAt = Date.now();
    watch();
  }

  function moved(event: Event) {
    version = (event as MessageEvent).lastEventId || version;
    alive();
    changed();
  }

  function watch() {
    clearTimeout(silence);
    silence = setTimeout(reconnect, silenceMs);
  }

  function reconnect() {
    close();
    const wait = Math.min(waitMaxMs, 1_000 * 2 ** failures++);
    // Spread, so that customers do not all return to a restarted server at once.
    retry = setTimeout(restart, wait * (0.5 + random() / 2));
  }

  function restart() {
    start();
    changed();
  }

  function close() {
    clearTimeout(silence);
    clearTimeout(retry);
    source?.close();
    source = undefined;
  }

  start();
  const looking = setInterval(changed, lookMs);
  return {
    check: () => {
      if (Date.now() - heardAt > silenceMs) {
        close();
        start();
      }
      changed();
    },
    stop: () => {
      clearInterval(looking);
      close();
    },
  };
}

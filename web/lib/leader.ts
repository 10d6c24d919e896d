/** One tab per device acts for all: the visible one, because browsers throttle and freeze hidden tabs. */
import { newIdempotencyKey } from "./api";
import { read, store } from "./stored";

/** Reports whether this tab leads whenever that changes; returns a function that gives up the lead. */
export type Lead = (onChange: (leads: boolean) => void) => () => void;

/**
 * Over plain HTTP there are no Web Locks, so a lease in the storage replaces them. While the lead moves, two tabs may
 * act: their actions must be idempotent.
 */
export function leader(name: string): Lead {
  return (onChange) => (navigator.locks ? lock(`tiffin.${name}`, onChange) : lease(`${name}.lease`, onChange));
}

function lock(name: string, onChange: (leads: boolean) => void): () => void {
  let release = () => {};
  let waiting: AbortController | undefined;
  let isLeading = false;
  let hasEnded = false;

  async function request(options: LockOptions): Promise<void> {
    let hasLed = false;
    const lead = () => {
      if (hasEnded) return;
      hasLed = true;
      waiting = undefined;
      isLeading = true;
      onChange(true);
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    };
    try {
      await navigator.locks.request(name, options, lead);
    } catch {
      // The visible tab took over the lock, or a request to take it over replaced this one.
      if (!hasLed || hasEnded) return;
      isLeading = false;
      onChange(false);
      wait();
    }
  }

  function wait(): void {
    waiting = new AbortController();
    void request({ signal: waiting.signal });
  }

  function takeOver(): void {
    if (document.visibilityState !== "visible" || isLeading) return;
    waiting?.abort();
    void request({ steal: true });
  }

  document.addEventListener("visibilitychange", takeOver);
  if (document.visibilityState === "visible") takeOver();
  else wait();
  return () => {
    hasEnded = true;
    document.removeEventListener("visibilitychange", takeOver);
    waiting?.abort();
    release();
  };
}

const leaseMs = 6_000;

function lease(key: string, onChange: (leads: boolean) => void): () => void {
  const me = newIdempotencyKey();
  let isLeading = false;
  function set(leads: boolean): void {
    if (leads === isLeading) return;
    isLeading = leads;
    onChange(leads);
  }
  function renew(): void {
    const [holder, until] = (read(key) ?? "").split(" ");
    const isFree = holder === me || !(Number(until) > Date.now()) || Number(until) > Date.now() + leaseMs;
    if (isFree) store(key, `${me} ${Date.now() + leaseMs}`);
    // If two tabs write at once, the last one holds the lease. A tab leads from the turn after its write.
    set(holder === me);
  }
  renew();
  const timer = setInterval(renew, leaseMs / 6);
  return () => {
    clearInterval(timer);
    if (isLeading) store(key, "");
  };
}

/** Keeps the device's copy of a screen up to date, and reloads the page for a new release when it is not in use. */
import { effect, type ReadonlySignal } from "@preact/signals";
import { installWorker, keepCopy } from "./copy";
import type { LiveStatus } from "./live";

const checkEveryMs = 600_000;

type Screen = {
  readonly status: ReadonlySignal<LiveStatus>;
  /** True if a reload now would interrupt nothing. Called once a second while there is a new release. */
  readonly isQuiet: () => boolean;
};

export function followReleases({ status, isQuiet }: Screen): void {
  let waiting: ReturnType<typeof setInterval> | undefined;
  async function check(): Promise<void> {
    if (waiting !== undefined || status.peek().link !== "live") return;
    try {
      if (await keepCopy()) waiting ??= setInterval(reload, 1_000);
    } catch {
      // Out of reach again, or the release is not whole yet: the next check comes.
    }
  }
  function reload(): void {
    if (status.peek().link === "live" && isQuiet()) location.reload();
  }
  void installWorker();
  // A server that was replaced breaks the stream.
  effect(() => {
    if (status.value.link === "live") void check();
  });
  setInterval(check, checkEveryMs);
}

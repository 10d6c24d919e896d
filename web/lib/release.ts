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
      // The server is unreachable again, or the release is incomplete: the next check retries.
    }
  }
  function reload(): void {
    if (status.peek().link === "live" && isQuiet()) location.reload();
  }
  void installWorker();
  // Replacing the server breaks the stream, so each reconnection checks for a new release.
  effect(() => {
    if (status.value.link === "live") void check();
  });
  setInterval(check, checkEveryMs);
}

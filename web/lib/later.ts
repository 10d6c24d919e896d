/** Work that must not delay what a person waits for. */

const idleWithinMs = 3_000;
const idleAboutMs = 1_000;

/** Runs the task after the next frame; at once on a hidden page, which has no frames. */
export function afterPaint(task: () => void): void {
  if (document.visibilityState === "hidden") setTimeout(task);
  else requestAnimationFrame(() => setTimeout(task));
}

/** Runs the task when the browser is idle, or after some seconds. Safari does not report when it is idle. */
export function whenIdle(task: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(task, { timeout: idleWithinMs });
  else setTimeout(task, idleAboutMs);
}

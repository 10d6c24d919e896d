/** Work that must not delay what a person waits for. */

const idleWithinMs = 3_000;
const idleAboutMs = 1_000;

/** When the next frame is on the screen; at once on a page that is hidden, which has no frames. */
export function afterPaint(task: () => void): void {
  if (document.visibilityState === "hidden") setTimeout(task);
  else requestAnimationFrame(() => setTimeout(task));
}

/** When there is nothing else to do, or after some seconds. Safari does not say when. */
export function whenIdle(task: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(task, { timeout: idleWithinMs });
  else setTimeout(task, idleAboutMs);
}

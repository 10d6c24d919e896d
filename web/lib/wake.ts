/** Keeps the screen of a wall tablet on. */

/** False where the browser cannot: over plain HTTP, and on old tablets. There the tablet's own settings must. */
export function keepAwake(): boolean {
  // Absent over plain HTTP, although the types have it.
  const { wakeLock } = navigator as Partial<Pick<Navigator, "wakeLock">>;
  if (!wakeLock) return false;
  const take = () => {
    // Refused when the battery is low: then the screen may sleep.
    if (document.visibilityState === "visible") void wakeLock.request("screen").catch(() => {});
  };
  // The browser releases the lock when the page is hidden.
  document.addEventListener("visibilitychange", take);
  take();
  return true;
}

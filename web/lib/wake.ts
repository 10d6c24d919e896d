/** Keeps the screen of a wall tablet on. */

/** False if the browser cannot: over plain HTTP and on old tablets, only the tablet's own settings can do it. */
export function keepAwake(): boolean {
  // Absent over plain HTTP, although the types declare it.
  const { wakeLock } = navigator as Partial<Pick<Navigator, "wakeLock">>;
  if (!wakeLock) return false;
  const take = () => {
    // The browser refuses when the battery is low: the screen may sleep.
    if (document.visibilityState === "visible") void wakeLock.request("screen").catch(() => {});
  };
  // The browser releases the lock when the page is hidden.
  document.addEventListener("visibilitychange", take);
  take();
  return true;
}

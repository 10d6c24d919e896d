/** The copy of a screen that a device keeps: its page and the files of that page. `public/sw.js` opens it. */
import { erase } from "./stored";

const prefix = "tiffin";
const ownFiles = globalThis.document === undefined ? [] : filesOf(document.head.outerHTML);

/** The scripts and styles of a page. */
export function filesOf(html: string): readonly string[] {
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([_, path]) => path ?? "").sort();
}

/** Without it the page works, but does not open without a network: over plain HTTP, and in a private window. */
export async function installWorker(): Promise<void> {
  try {
    await navigator.serviceWorker?.register("/sw.js");
  } catch {}
}

/**
 * Reads this page again and keeps it, whole or not at all.
 * @returns whether the server has another release than the one that is shown
 */
export async function keepCopy(): Promise<boolean> {
  const page = location.pathname;
  const response = await fetch(page, { cache: "no-cache" });
  // Of a session that has ended it would be the sign-in page.
  if (!response.ok || response.redirected) return false;
  const html = await response.clone().text();
  const files = filesOf(html);
  if (globalThis.caches) {
    const copy = await caches.open(prefix + page);
    await copy.addAll([...files]);
    await copy.put(page, response);
    const known = new Set([page, ...files]);
    for (const request of await copy.keys()) {
      if (!known.has(new URL(request.url).pathname)) await copy.delete(request);
    }
  }
  return files.join() !== ownFiles.join();
}

/** Of a device that has signed out nothing opens without the server, and no order is left on it. */
export async function forgetScreens(): Promise<void> {
  erase("board.");
  erase("stock.last.");
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    if (name.startsWith(prefix)) await caches.delete(name);
  }
}

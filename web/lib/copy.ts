/** The copy of a screen that a device keeps: its page and that page's files. `public/sw.js` serves it. */
import { erase } from "./stored";

const prefix = "tiffin";
const ownFiles = globalThis.document === undefined ? [] : filesOf(document.head.outerHTML);

/** The scripts and styles of a page. */
export function filesOf(html: string): readonly string[] {
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([_, path]) => path ?? "").sort();
}

/** Without a worker, as over plain HTTP and in a private window, the page works but does not open offline. */
export async function installWorker(): Promise<void> {
  try {
    await navigator.serviceWorker?.register("/sw.js");
  } catch {}
}

/**
 * Fetches this page again and stores it, complete or not at all.
 * @returns whether the server has another release than the one that is running
 */
export async function keepCopy(): Promise<boolean> {
  const page = location.pathname;
  const response = await fetch(page, { cache: "no-cache" });
  // After the session's end, the response would be the sign-in page.
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

/** After a sign-out, the device opens no screen without the server and keeps no orders. */
export async function forgetScreens(): Promise<void> {
  erase("board.");
  erase("stock.last.");
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    if (name.startsWith(prefix)) await caches.delete(name);
  }
}

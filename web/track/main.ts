import "./track.css";
import { follow } from "./follow";
import { serially } from "./serially";

// The server writes every sentence. A change is shown by loading the page again and taking over its parts that have an
// id, so that the region of the status stays the one that screen readers watch.
const main = document.querySelector("main");
const events = main?.dataset.events;

if (main && events) {
  const refresh = serially(async () => {
    const fresh = await load(location.href);
    const offline = document.getElementById("offline");
    if (offline) offline.hidden = fresh !== undefined;
    if (!fresh) return false;
    document.title = fresh.title;
    for (const part of fresh.querySelectorAll("main > section[id]")) {
      const shown = document.getElementById(part.id);
      // What the customer has opened stays open: the part is then the same, and keeps the focus.
      const details = part.querySelector("details");
      if (details && shown?.querySelector("details[open]")) details.open = true;
      if (shown && !shown.isEqualNode(part)) shown.replaceChildren(...part.childNodes);
    }
    if (!fresh.querySelector("main[data-events]")) following.stop();
    return true;
  });

  const open = (version: string) => new EventSource(`${events}?lastEventId=${version}`);
  const following = follow(open, main.dataset.version ?? "0", refresh);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") following.check();
  });
  // Not all lost connections are known to the device; the others are seen by their silence.
  window.addEventListener("offline", refresh);
  window.addEventListener("online", following.check);
}

async function load(address: string): Promise<Document | undefined> {
  // Not AbortSignal.timeout: old phones do not have it.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), 15_000);
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: limit.signal });
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

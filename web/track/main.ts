import "./track.css";
import { follow } from "./follow";
import { serially } from "./serially";

// The server writes every sentence. To show a change, this script loads the page again and replaces the contents of
// the sections that have an id, so the status region stays the element that screen readers watch.
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
      // Details that the customer has opened stay open: the part is then equal, and keeps the focus.
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
  // The device does not notice all lost connections; the others are detected by their silence.
  window.addEventListener("offline", refresh);
  window.addEventListener("online", following.check);
}

async function load(address: string): Promise<Document | undefined> {
  // Old phones do not have AbortSignal.timeout.
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

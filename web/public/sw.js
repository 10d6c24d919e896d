// Opens a screen that keeps a copy of itself (lib/copy.ts) when there is no network. It caches nothing itself, and never
// sees data: what is neither a screen nor a file of the build goes to the network as if there were no worker.
const patienceMs = 4_000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (/^\/(kitchen|stock)\//.test(pathname)) event.respondWith(screen(request));
  } else if (pathname.startsWith("/assets/")) event.respondWith(file(request));
});

// The server first: its page names the files of the newest release. A Wi-Fi that is bad is as bad as none.
async function screen(request) {
  const copy = await copyOf(request, { ignoreSearch: true });
  if (!copy) return fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, patienceMs, copy));
  const answer = fetch(request).then(
    (response) => (response.status < 500 ? response : copy),
    () => copy,
  );
  return Promise.race([answer, late]);
}

// The name of a file has a hash of its content.
async function file(request) {
  return (await copyOf(request)) ?? fetch(request);
}

function copyOf(request, options) {
  return caches.match(request, { ignoreVary: true, ...options });
}

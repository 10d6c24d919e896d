import { Refused } from "../lib/api";

const unauthenticated = { status: 401, code: "unauthenticated", title: "Authentication required" };

/** Exchanges a key for a session cookie. The key is in the header of this one request and nowhere else. */
export async function openSession(typed: string, send: typeof fetch = (...call) => fetch(...call)): Promise<void> {
  const key = typed.trim();
  // A header cannot contain other characters, and no key does.
  if (!/^[!-~]+$/.test(key)) throw new Refused(unauthenticated);
  const response = await send("/v1/session", {
    method: "POST",
    headers: { Accept: "application/json", Authorization: `Bearer ${key}` },
    credentials: "same-origin",
  });
  if (response.ok) return;
  const problem = await response.json().catch(() => ({ code: "unknown", title: `HTTP ${response.status}` }));
  const retryAfter = Number(response.headers.get("Retry-After")) || undefined;
  throw new Refused({ ...problem, status: response.status }, retryAfter);
}

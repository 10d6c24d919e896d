/** Calls the API with the session cookie. */
import type { components } from "./openapi";

export type Schemas = components["schemas"];

/** RFC 9457: the server's explanation of a refused request. */
export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  /** Keyed by the JSON pointer of the wrong value. */
  readonly errors?: Readonly<Record<string, readonly { readonly code: string; readonly message: string }[]>>;
};

/** The code for a response from something else than the server: a proxy has its own page for unreachable servers. */
const foreign = "unknown";

/** The server refused a request. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds?: number,
  ) {
    super(detailOf(problem) ?? problem.title);
  }

  /** The same request may succeed later: it arrived too slowly, the server is overloaded, or a proxy responded. */
  get isTransient(): boolean {
    const { status, code } = this.problem;
    return status === 408 || status === 429 || status >= 500 || code === foreign;
  }
}

/** Prefers the list of errors: the detail of an invalid request only points to it. */
export function detailOf({ errors, detail }: Problem): string | undefined {
  const faults = Object.values(errors ?? {}).flat();
  return faults.map(({ message }) => message).join("; ") || detail;
}

/** No response: the outcome is unknown, and the request may be sent again. */
export class Unreachable extends Error {
  constructor(
    message: string,
    /** The server was reached, or may have been, and did not respond in time. */
    readonly isTimeOut = false,
  ) {
    super(message);
  }
}

export type Method = "POST" | "PUT" | "PATCH" | "DELETE";

/** A change, kept as data: an outbox stores it and retries it with the same key. */
export type Change = {
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
};

export interface Api {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  send<T>(change: Change): Promise<T>;
}

const timeLimitMs = 15_000;

type Token = string | undefined;

/**
 * @param antiforgery returns the session's token, at each change because a sign-in renews it; given a token that the
 * server has refused, returns its successor, because a sign-in in another tab renews it too
 */
export function createApi(antiforgery: (refused?: Token) => Token | Promise<Token>): Api {
  async function call<T>(path: string, init: RequestInit): Promise<T> {
    // Old tablets have neither AbortSignal.timeout nor AbortSignal.any.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeLimitMs);
    init.signal?.addEventListener("abort", () => limit.abort());
    try {
      const response = await fetch(path, { ...init, credentials: "same-origin", signal: limit.signal });
      if (response.ok) {
        const body = await response.text();
        return (body === "" ? undefined : JSON.parse(body)) as T;
      }
      throw new Refused(await problemOf(response), secondsOf(response.headers.get("Retry-After")));
    } catch (failure) {
      if (failure instanceof Refused || init.signal?.aborted) throw failure;
      throw new Unreachable(`no response to ${init.method ?? "GET"} ${path}`, limit.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  function send<T>({ method, path, body, idempotencyKey }: Change, token: Token): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (token) headers["X-Antiforgery-Token"] = token;
    if (idempotencyKey) headers["Idempotency-Key"] = idempotencyKey;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    return call(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }

  return {
    get: (path, signal) => call(path, { headers: { Accept: "application/json" }, ...(signal && { signal }) }),
    send: async (change) => {
      const token = await antiforgery();
      try {
        return await send(change, token);
      } catch (failure) {
        if (!(failure instanceof Refused) || failure.problem.code !== "antiforgery_missing") throw failure;
        const next = await antiforgery(token ?? "");
        if (!next || next === token) throw failure;
        return await send(change, next);
      }
    },
  };
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null && "code" in body) return body as Problem;
  } catch {}
  return { status: response.status, code: foreign, title: `HTTP ${response.status}` };
}

function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) ? seconds : undefined;
}

/** A key that names one change for as long as it is retried. Plain HTTP has no crypto.randomUUID. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

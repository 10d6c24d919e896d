import type { Api } from "./api";

type Page<T> = { readonly data: readonly T[]; readonly nextCursor?: string | null };

/**
 * All entries of a list, read page by page.
 * @param max stop after this many entries: a screen that cannot show them all says so, instead of reading endlessly
 */
export async function all<T>(api: Api, path: string, signal?: AbortSignal, max = 10_000): Promise<readonly T[]> {
  const entries: T[] = [];
  let cursor: string | null | undefined;
  do {
    const query = `limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
    const page = await api.get<Page<T>>(`${path}${path.includes("?") ? "&" : "?"}${query}`, signal);
    entries.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor && entries.length < max);
  return entries;
}

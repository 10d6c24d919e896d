import { afterEach, describe, expect, it, vi } from "vitest";
import { createApi, type Refused } from "./api";

afterEach(() => void vi.unstubAllGlobals());

async function refusalOf(response: Response): Promise<Refused> {
  vi.stubGlobal("fetch", () => Promise.resolve(response));
  return createApi(() => undefined)
    .get("/v1/kitchens/k1/board")
    .catch((failure: Refused) => failure) as Promise<Refused>;
}

describe("a refusal", () => {
  it("is final if the server says so", async () => {
    const body = JSON.stringify({ status: 404, code: "kitchen_not_found", title: "There is no such kitchen" });
    const refused = await refusalOf(new Response(body, { status: 404 }));
    expect([refused.problem.code, refused.isTransient]).toEqual(["kitchen_not_found", false]);
  });

  it.each([401, 403, 404, 502])("may pass if a proxy has answered %i with its own page", async (status) => {
    const refused = await refusalOf(new Response("<html>No backend</html>", { status }));
    expect([refused.problem.status, refused.isTransient]).toEqual([status, true]);
  });
});

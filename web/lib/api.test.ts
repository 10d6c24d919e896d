import { afterEach, describe, expect, it, vi } from "vitest";
import { createApi, Refused } from "./api";

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

  it("may pass if the network was too slow for the request", async () => {
    const body = JSON.stringify({ status: 408, code: "too_slow", title: "Request timeout" });
    expect((await refusalOf(new Response(body, { status: 408 }))).isTransient).toBe(true);
  });

  it.each([401, 403, 404, 502])("may pass if a proxy has answered %i with its own page", async (status) => {
    const refused = await refusalOf(new Response("<html>No backend</html>", { status }));
    expect([refused.problem.status, refused.isTransient]).toEqual([status, true]);
  });
});

describe("the message of a refusal", () => {
  const problem = { status: 422, code: "validation_failed", title: "Invalid request" };

  it("lists the errors instead of announcing them: a board shows no more than one sentence", () => {
    const errors = {
      "/until": [{ code: "out_of_range", message: "must be in the future" }],
      "/delayMinutes": [{ code: "out_of_range", message: "must be 5 to 60, is 90" }],
    };
    const detail = "'errors' lists what is wrong.";
    expect(new Refused({ ...problem, detail, errors }).message).toBe("must be in the future; must be 5 to 60, is 90");
    expect(new Refused({ ...problem, detail, errors: {} }).message).toBe(detail);
    expect(new Refused(problem).message).toBe("Invalid request");
  });
});

describe("a change", () => {
  const missing = () =>
    new Response(JSON.stringify({ status: 403, code: "antiforgery_missing", title: "" }), { status: 403 });
  let tokens: (string | null)[];

  function answer(...answers: readonly Response[]): void {
    const left = [...answers];
    tokens = [];
    vi.stubGlobal("fetch", (_: string, { headers }: { headers: Record<string, string> }) => {
      tokens.push(headers["X-Antiforgery-Token"] ?? null);
      return Promise.resolve(left.shift());
    });
  }
  const send = (token: string) =>
    createApi((refused) => (refused === undefined ? "old" : token)).send({ method: "PUT", path: "/v1/x", body: {} });

  it("is sent once more with the token of a sign-in in another tab", async () => {
    answer(missing(), new Response(""));
    await send("new");
    expect(tokens).toEqual(["old", "new"]);
  });

  it("is refused if there is no other token, or it is refused as well", async () => {
    answer(missing());
    await expect(send("old")).rejects.toThrow();
    answer(missing(), missing());
    await expect(send("new")).rejects.toThrow();
    expect(tokens).toEqual(["old", "new"]);
  });
});

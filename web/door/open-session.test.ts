import { expect, it } from "vitest";
import { Refused } from "../lib/api";
import { openSession } from "./open-session";

it("sends the key in a header, and not in the address or the body", async () => {
  const calls: Parameters<typeof fetch>[] = [];
  await openSession("  tk_secret\n", async (...call) => {
    calls.push(call);
    return new Response("{}", { status: 201 });
  });

  expect(calls).toEqual([
    [
      "/v1/session",
      expect.objectContaining({ headers: expect.objectContaining({ Authorization: "Bearer tk_secret" }) }),
    ],
  ]);
  expect(calls[0]?.[1]?.body).toBeUndefined();
});

it("refuses what cannot be a key without sending it", async () => {
  const send = () => Promise.reject(new Error("sent"));
  await expect(openSession("कुंजी", send)).rejects.toBeInstanceOf(Refused);
  await expect(openSession("tk_a b", send)).rejects.toBeInstanceOf(Refused);
});

it("says how long to wait when there were too many attempts", async () => {
  const send = async () => new Response("a proxy's page", { status: 429, headers: { "Retry-After": "17" } });
  await expect(openSession("tk_x", send)).rejects.toMatchObject({ problem: { status: 429 }, retryAfterSeconds: 17 });
});

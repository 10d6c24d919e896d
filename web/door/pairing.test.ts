import { expect, it } from "vitest";
import { type Api, type Change, Refused, Unreachable } from "../lib/api";
import { pair } from "./pairing";
import type { Pairing } from "./state";

/** Answers each change with the next answer of the list, which may be a failure. */
function apiOf(answers: unknown[]): Api & { readonly sent: Change[] } {
  const sent: Change[] = [];
  return {
    sent,
    get: () => Promise.reject(new Error("no reads")),
    send: async <T>(change: Change) => {
      sent.push(change);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer as T;
    },
  };
}

async function run(answers: unknown[]) {
  const api = apiOf(answers);
  const waits: number[] = [];
  const shown: Pairing[] = [];
  const kitchen = await pair(
    api,
    async (seconds) => {
      waits.push(seconds);
    },
    (state) => shown.push(state),
  );
  return { kitchen, waits, shown, sent: api.sent };
}

const code = (userCode: string, deviceSecret: string) => ({ userCode, deviceSecret, expiresAt: "", interval: 7 });
const gone = new Refused({ status: 404, code: "not_found", title: "Not found" });

it("shows the code, polls with its secret, and ends in the kitchen", async () => {
  const { kitchen, waits, shown, sent } = await run([code("AAAA-AAAA", "s1"), undefined, { kitchenId: "blr-01" }]);

  expect(kitchen).toBe("blr-01");
  expect(sent.map(({ path, body }) => [path, body])).toEqual([
    ["/v1/devices/pairings", undefined],
    ["/v1/devices/pairings/claim", { deviceSecret: "s1" }],
    ["/v1/devices/pairings/claim", { deviceSecret: "s1" }],
  ]);
  expect(waits).toEqual([7, 5]);
  expect(shown.at(-1)).toEqual({ step: "paired", kitchenId: "blr-01" });
});

it("shows another code when the first has expired", async () => {
  const { shown } = await run([code("AAAA-AAAA", "s1"), gone, code("CCCC-CCCC", "s2"), { kitchenId: "blr-01" }]);

  expect(shown.map((state) => ("code" in state ? state.code : state.step))).toEqual([
    "AAAA-AAAA",
    "asking",
    "CCCC-CCCC",
    "paired",
  ]);
});

it("keeps on through an outage, as slowly as the server asks", async () => {
  const busy = new Refused({ status: 429, code: "too_many_pairings", title: "" }, 60);
  const { kitchen, waits } = await run([
    busy,
    code("AAAA-AAAA", "s1"),
    new Unreachable("no response"),
    { kitchenId: "k" },
  ]);

  expect(kitchen).toBe("k");
  expect(waits).toEqual([60, 7, 5]);
});

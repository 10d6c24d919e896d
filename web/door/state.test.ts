import { describe, expect, it } from "vitest";
import { Refused } from "../lib/api";
import type { Session } from "../lib/session";
import {
  codeOf,
  evolve,
  isWhole,
  kitchensOf,
  mayOpen,
  type Pairing,
  reasonIn,
  refusalAt,
  returnPath,
  viewAt,
} from "./state";

const origin = "https://orders.example";
const kitchens = [
  { id: "blr-01", name: "Indiranagar" },
  { id: "blr-02", name: "Koramangala" },
];

describe("the way back after a sign-in", () => {
  it.each([
    ["?returnTo=%2Fkitchen%2Fblr-01%3Fstation%3Dtandoor%23x", "/kitchen/blr-01?station=tandoor#x"],
    ["?returnTo=%2F", "/"],
    ["", "/start"],
  ])("%s leads to %s", (search, path) => expect(returnPath(search, origin)).toBe(path));

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "evil",
    "//",
    "/sign-in?returnTo=/sign-in",
  ])("%s leads to the start page", (wanted) =>
    expect(returnPath(`?returnTo=${encodeURIComponent(wanted)}`, origin)).toBe("/start"),
  );
});

describe("the reason for a sign-in", () => {
  it("is one that the page has words for", () => {
    expect(reasonIn("?why=ended&returnTo=%2Fstart")).toBe("ended");
    expect(["", "?why=", "?why=<b>"].map(reasonIn)).toEqual([undefined, undefined, undefined]);
  });
});

describe("what a session may open", () => {
  it("is all kitchens for an administrator, and their own for others", () => {
    const session = (role: Session["role"], own: string[]): Session => ({ role, subject: "x", kitchens: own });
    expect(kitchensOf(session("admin", []), kitchens)).toEqual(kitchens);
    expect(kitchensOf(session("manager", ["blr-02"]), kitchens)).toEqual([kitchens[1]]);
  });

  it("depends on the role", () => {
    expect(mayOpen("kitchen", "board")).toBe(true);
    expect(mayOpen("kitchen", "operations")).toBe(false);
    expect(mayOpen("courier", "board")).toBe(false);
  });
});

describe("the address", () => {
  it("says which page of the door it is; anywhere else a screen was refused", () => {
    expect(["/sign-in", "/start", "/pair", "/operations"].map(viewAt)).toEqual(["sign-in", "start", "pair", "refused"]);
  });

  it("says what a refused screen needs", () => {
    expect(refusalAt("/kitchen/blr-02")).toEqual({
      screen: "board",
      roles: ["admin", "manager", "kitchen"],
      kitchenId: "blr-02",
    });
    expect(refusalAt("/analytics")).toEqual({ screen: "analytics", roles: ["admin", "manager"] });
    expect(refusalAt("/elsewhere")).toBeUndefined();
    expect(refusalAt("/kitchen/%E0")?.kitchenId).toBe("%E0");
  });
});

describe("a pairing code", () => {
  it.each([
    ["kx4f", "KX4F"],
    ["kx4f9", "KX4F-9"],
    [" kx4f - 9tmy ", "KX4F-9TMY"],
    ["KX4F-9TMYX", "KX4F-9TMY"],
    ["KX4F-", "KX4F"],
  ])("%s is shown as %s", (typed, code) => expect(codeOf(typed)).toBe(code));

  it("is whole with eight characters", () => {
    expect(isWhole("KX4F-9TM")).toBe(false);
    expect(isWhole("KX4F-9TMY")).toBe(true);
  });
});

describe("a pairing", () => {
  const waiting: Pairing = { step: "waiting", code: "KX4F-9TMY", secret: "s" };
  const refused = (status: number) => new Refused({ status, code: "x", title: "x" });

  it("keeps its code while the server is out of reach, and forgets the failure afterwards", () => {
    const failing = evolve(waiting, { type: "failed", failure: refused(503) });
    expect(failing).toMatchObject({ ...waiting, failure: expect.any(Refused) });
    expect(evolve(failing, { type: "not-yet" })).toEqual(waiting);
  });

  it("asks for another code when the server knows this one no longer", () => {
    expect(evolve(waiting, { type: "failed", failure: refused(404) })).toEqual({ step: "asking" });
  });
});

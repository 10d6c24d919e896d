/** Decisions of the door: where to go after a sign-in, what a role may open, how a pairing proceeds. */
import { Refused, type Schemas } from "../lib/api";
import type { Session } from "../lib/session";

export type Kitchen = Pick<Schemas["KitchenView"], "id" | "name">;
export type Device = Schemas["DeviceView"];
export type Role = Session["role"];

export type Screen = "board" | "stock" | "operations" | "analytics";
export type View = "sign-in" | "start" | "pair" | "refused";

/** The door has three paths. At any other path, the server refused a screen and sent the door instead. */
export function viewAt(path: string): View {
  return path === "/sign-in" || path === "/start" || path === "/pair" ? (path.slice(1) as View) : "refused";
}

/** Where to go after a sign-in: only to a path of this site, because a crafted link could lead to a copy of it. */
export function returnPath(search: string, origin: string): string {
  const wanted = new URLSearchParams(search).get("returnTo");
  if (!wanted?.startsWith("/")) return "/start";
  try {
    // The parser decides as the browser would: "//host" and "/\host" are other sites.
    const url = new URL(wanted, origin);
    return url.origin === origin && url.pathname !== "/sign-in" ? url.pathname + url.search + url.hash : "/start";
  } catch {
    return "/start";
  }
}

const reasons = ["ended", "account", "again", "wait", "away"] as const;
export type Reason = (typeof reasons)[number];

/** Why a person was sent to the sign-in page; undefined if they open a screen for the first time. */
export function reasonIn(search: string): Reason | undefined {
  const why = new URLSearchParams(search).get("why");
  return reasons.find((one) => one === why);
}

const rolesOf: Record<Screen, readonly Role[]> = {
  board: ["admin", "manager", "kitchen"],
  stock: ["admin", "manager", "kitchen"],
  operations: ["admin", "manager"],
  analytics: ["admin", "manager"],
};

export function mayOpen(role: Role, screen: Screen): boolean {
  return rolesOf[screen].includes(role);
}

export type Refusal = { readonly screen: Screen; readonly roles: readonly Role[]; readonly kitchenId?: string };

/** What the screen at a path requires; undefined if no screen has that path. */
export function refusalAt(path: string): Refusal | undefined {
  const [, first, kitchenId] = path.split("/");
  const screen = first === "kitchen" ? "board" : first;
  if (screen !== "board" && screen !== "stock" && screen !== "operations" && screen !== "analytics") return undefined;
  return { screen, roles: rolesOf[screen], ...(kitchenId && { kitchenId }) };
}

/** The kitchens of a session: an administrator works in all. */
export function kitchensOf(session: Session, all: readonly Kitchen[]): readonly Kitchen[] {
  if (session.role === "admin") return all;
  return all.filter((kitchen) => session.kitchens.includes(kitchen.id));
}

/** Whether the session is a paired screen's: signing out ends its pairing. */
export function isDevice(session: Session): boolean {
  return session.subject.startsWith("device-");
}

const codeLength = 8;

/** A pairing code as the screen shows it, from what was typed so far. */
export function codeOf(typed: string): string {
  const code = typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .slice(0, codeLength);
  return code.length > codeLength / 2 ? `${code.slice(0, codeLength / 2)}-${code.slice(codeLength / 2)}` : code;
}

export function isWhole(code: string): boolean {
  return code.length === codeLength + 1;
}

export type Pairing =
  | { readonly step: "asking"; readonly failure?: unknown }
  | { readonly step: "waiting"; readonly code: string; readonly secret: string; readonly failure?: unknown }
  | { readonly step: "paired"; readonly kitchenId: string; readonly failure?: never };

export type PairingEvent =
  | { readonly type: "code"; readonly pairing: Schemas["PairingView"] }
  | { readonly type: "not-yet" }
  | { readonly type: "paired"; readonly kitchenId: string }
  | { readonly type: "failed"; readonly failure: unknown };

/** A code lasts ten minutes and works once: when the server no longer knows it, the screen requests another one. */
export function evolve(state: Pairing, event: PairingEvent): Pairing {
  switch (event.type) {
    case "code":
      return { step: "waiting", code: event.pairing.userCode, secret: event.pairing.deviceSecret };
    case "not-yet":
      return state.step === "waiting" ? { step: "waiting", code: state.code, secret: state.secret } : state;
    case "paired":
      return { step: "paired", kitchenId: event.kitchenId };
    case "failed":
      if (event.failure instanceof Refused && event.failure.problem.status === 404) return { step: "asking" };
      return state.step === "paired" ? state : { ...state, failure: event.failure };
  }
}

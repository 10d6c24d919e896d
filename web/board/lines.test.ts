import { describe, expect, it } from "vitest";
import type { Entry } from "../lib/outbox";
import { cardMaker, type LineGroup, withPending } from "./cards";
import { line, order } from "./examples";
import { type Action, type Intent, progress } from "./intents";
import { statusOf, tapOf } from "./lines";
import type { LineState, Order } from "./state";

const lines = [line("biryani"), line("raita")];

function cooking(...states: readonly LineState[]): Order {
  return order("o1", { status: "preparing", lines, progress: states.map((state) => ({ state })) });
}

function held({ subject, intent, changes }: Action): Entry<Intent> {
  return { id: "e1", subject, intent, changes, holdUntil: 1 };
}

function tap(one: Order, index: number, readyWhenDone = true, waiting: readonly Entry<Intent>[] = []) {
  const shown =
    withPending(
      new Map([["o1", one]]),
      waiting.map(({ intent }) => intent),
    ).get("o1") ?? one;
  const group = cardMaker(new Map(), undefined)(shown).lines[index] as LineGroup;
  const { undo, actions, canUndo } = tapOf(shown, group, undefined, waiting, readyWhenDone);
  return { undo: undo?.id, sent: actions.map(({ changes }) => changes[0]?.body), canUndo };
}

describe("a tap on a line", () => {
  it("is held if the order is ready then: that is final", () => {
    expect(tap(cooking("done", "waiting"), 1)).toMatchObject({ sent: [{ lines: [1], to: "done" }], canUndo: true });
    expect(tap(cooking("waiting", "waiting"), 1).canUndo).toBe(false);
    expect(tap(cooking("done", "done"), 1)).toMatchObject({ sent: [{ lines: [1], to: "waiting" }], canUndo: false });
  });

  it("is sent at once where ready has a button of its own", () => {
    expect(tap(cooking("done", "waiting"), 1, false).canUndo).toBe(false);
  });

  it("undoes the held one", () => {
    const last = held(progress(cooking("done", "waiting"), [1], "done", undefined));
    expect(tap(cooking("done", "waiting"), 1, true, [last])).toEqual({ undo: "e1", sent: [], canUndo: false });
  });

  it("on another line comes before the held one, which then does not make the order ready", () => {
    const last = held(progress(cooking("done", "waiting"), [1], "done", undefined));
    expect(tap(cooking("done", "waiting"), 0, true, [last])).toEqual({
      undo: "e1",
      sent: [
        { lines: [0], to: "waiting" },
        { lines: [1], to: "done" },
      ],
      canUndo: false,
    });
  });
});

describe("a cancellation that is queued behind a tap on the last line", () => {
  const known = cooking("done", "waiting");
  const shown = cooking("done", "done");

  it("expects the order to be ready where its last line makes it so", () => {
    expect(statusOf(shown, known, true)).toBe("ready");
    expect(statusOf(shown, known, false)).toBe("preparing");
  });

  it("expects the order to be preparing while a line is not done, or if the server left it so", () => {
    expect(statusOf(known, known, true)).toBe("preparing");
    expect(statusOf(shown, shown, true)).toBe("preparing");
  });
});

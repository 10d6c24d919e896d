import { describe, expect, it } from "vitest";
import { language } from "../lib/i18n";
import { undoText } from "./undo";

const order = { orderId: "o1", number: 47 };

describe("the undo bar", () => {
  it.each([
    [{ kind: "bump", ...order }, "Order #47 ready"],
    [{ kind: "hand_over", ...order }, "Order #47 handed over"],
    [{ kind: "progress", ...order, lines: [0], to: "done" }, "Order #47: done"],
    [{ kind: "cancel", ...order }, "Order #47 cancelled"],
  ] as const)("says what can be taken back", (intent, text) => {
    language.value = "en";
    expect(undoText(intent)).toBe(text);
  });
});

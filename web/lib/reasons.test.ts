import { afterEach, expect, it } from "vitest";
import { language } from "./i18n";
import { reasonText } from "./reasons";

afterEach(() => {
  language.value = "en";
});

it("a reason is said in the language of the screen", () => {
  expect(reasonText("changed_mind")).toBe("no longer wanted");
  expect(reasonText("too_busy")).toBe("too busy");
  language.value = "hi";
  expect(reasonText("changed_mind")).toBe("अब नहीं चाहिए");
  expect(reasonText("too_busy")).toBe("बहुत व्यस्त");
});

it.each(["en", "hi"] as const)("a code that the screens do not know is shown as it is (%s)", (one) => {
  language.value = one;
  expect(reasonText("customer_called_twice")).toBe("customer called twice");
  expect(reasonText("constructor")).toBe("constructor");
});

it("the reasons that the board, the kitchen and the system give are Hindi on a Hindi screen", () => {
  language.value = "hi";
  const ofTheBoard = ["out_of_stock", "too_busy", "closed", "equipment", "other", "busy"];
  const ofTheSystem = ["unspecified", "changed_mind", "not_accepted_in_time", "not_answering"];
  const atTheDoor = ["not_reachable", "refused", "wrong_address", "damaged"].map((one) => `delivery_failed_${one}`);
  for (const code of [...ofTheBoard, ...ofTheSystem, ...atTheDoor]) expect(reasonText(code)).not.toMatch(/[a-z]/);
});

/// <reference types="node" />
import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { language } from "../lib/i18n";
import { hindi, stepText } from "./steps";

afterEach(() => {
  language.value = "en";
});

it("each step of an order has words in Hindi", () => {
  const catalogue = readFileSync(new URL("../../src/Tiffin.Domain/EventType.cs", import.meta.url), "utf8");
  const codes = [...catalogue.matchAll(/"order\.(\w+)"/g)].map(([_, code]) => code);
  expect(codes).toContain("courier_assigned");
  expect(Object.keys(hindi).sort()).toEqual(codes.sort());
});

it("a step is shown in the language of the screen", () => {
  expect(stepText("courier_assigned")).toBe("courier assigned");
  language.value = "hi";
  expect(stepText("courier_assigned")).toBe("कूरियर तय");
  expect(stepText("of_a_newer_release")).toBe("of a newer release");
});

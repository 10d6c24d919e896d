import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { language } from "./i18n";
import { hindi, why } from "./why";

const problem = { status: 409, code: "illegal_move", title: "Illegal status change" };

afterEach(() => {
  language.value = "en";
});

it("in Hindi a refusal is explained in Hindi, in English in the server's words", () => {
  expect(why(problem)).toBeUndefined();
  language.value = "hi";
  expect(why(problem)).toBe(hindi.illegal_move);
  expect(why({ ...problem, code: "unheard_of" })).toBeUndefined();
});

it("all codes are those of the API", () => {
  const documented = readFileSync(new URL("../../docs/api/errors.md", import.meta.url), "utf8");
  const codes = new Set([...documented.matchAll(/^#+ `?([a-z_]+)`?$/gm)].map(([, code]) => code));
  expect(Object.keys(hindi).filter((code) => !codes.has(code))).toEqual([]);
});

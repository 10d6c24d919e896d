/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { zooms } from "./ui";

const css = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const [board, card] = [css("board.css"), css("card.css")];

describe("the styles", () => {
  it("have a size of text for each choice", () => {
    const sized = zooms.filter((zoom) => board.includes(`html[data-zoom="${zoom}"] {\n  font-size: ${zoom}%`));
    expect(sized).toEqual(zooms.filter((zoom) => zoom !== 100));
  });

  it("give a card its size out of sight where the browser does not remember one", () => {
    expect(card).toMatch(/^ {2}contain-intrinsic-size: 28rem;/m);
  });

  it("leave room below the last cards, where the undo bar lies", () => {
    expect(board.match(/padding-block-end: var\(--bottom\)/g)).toHaveLength(2);
  });

  it("keep the size of touch targets when the text is small", () => {
    for (const size of ["--target: max(4.5rem, 72px)", "--foot: max(6rem, 96px)", "--space-3: max(0.75rem, 12px)"])
      expect(board).toContain(size);
  });
});

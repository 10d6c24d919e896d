import { expect, it } from "vitest";
import { filesOf } from "./copy";

it("the files of a page are its scripts and styles", () => {
  const html = `
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <script type="module" crossorigin src="/assets/board-DsbAswQc.js"></script>
    <link rel="modulepreload" crossorigin href="/assets/live-crwxX3HQ.js">
    <link rel="stylesheet" crossorigin href="/assets/board-buXYcR1w.css">
    <a href="/start">Start</a>`;
  expect(filesOf(html)).toEqual([
    "/assets/board-DsbAswQc.js",
    "/assets/board-buXYcR1w.css",
    "/assets/live-crwxX3HQ.js",
  ]);
});

import { beforeEach, describe, expect, it } from "vitest";
import { guardTouches } from "./touch";

let root: EventTarget;
let passed: number;
let isCard: boolean;

beforeEach(() => {
  [passed, isCard] = [0, true];
  root = Object.assign(new EventTarget(), { closest: () => (isCard ? root : null) });
  guardTouches(root as HTMLElement, () => {});
  root.addEventListener("click", (event) => {
    if (!event.defaultPrevented) passed += 1;
  });
});

function happens(type: string, timeStamp: number, more: object): void {
  const event = Object.assign(new Event(type, { cancelable: true }), more);
  Object.defineProperty(event, "timeStamp", { value: timeStamp });
  root.dispatchEvent(event);
}

const click = (at: number, clientX = 100, detail = 1) => happens("click", at, { clientX, clientY: 100, detail });
const touch = (type: string, at: number, pointerId: number, isPrimary: boolean) =>
  happens(type, at, { pointerId, isPrimary, pointerType: "touch", width: 20, height: 20 });

describe("a second click", () => {
  it("on the same spot of a card is a bounce of the first", () => {
    click(0);
    click(200);
    click(300, 110);
    expect(passed).toBe(1);
    click(350);
    expect(passed).toBe(2);
  });

  it("elsewhere, later, by key, or on an element that does not change is accepted", () => {
    click(0);
    click(200, 180);
    click(550, 180);
    click(600, 180, 0);
    expect(passed).toBe(4);
    isCard = false;
    click(1_000);
    click(1_100);
    expect(passed).toBe(6);
  });
});

describe("two touches at once", () => {
  it("are ignored", () => {
    touch("pointerdown", 0, 1, true);
    touch("pointerdown", 10, 2, false);
    touch("pointerup", 20, 1, true);
    click(20);
    expect(passed).toBe(0);
  });

  it("are not seen for ever because the end of one was never reported", () => {
    touch("pointerdown", 0, 1, true);
    touch("pointerdown", 10, 2, false);
    for (const at of [1_000, 2_000]) {
      touch("pointerdown", at, at, true);
      touch("pointerup", at + 50, at, true);
      click(at + 50);
    }
    expect(passed).toBe(2);
  });
});

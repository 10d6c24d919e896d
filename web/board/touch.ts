/** Touches that are not made by a finger: a spoon, a wet film, a palm. */

/** Maximum width of a fingertip on the glass, in CSS pixels. Devices that do not measure it report 1 or less. */
const fingerMostPx = 70;
/** A browser sends the click of a touch shortly after it. */
const clickMs = 400;

export type Touch = { readonly width: number; readonly height: number };

/** @param others the number of touches that are already on the glass */
export function isFinger({ width, height }: Touch, others: number): boolean {
  return others === 0 && Math.max(width, height) <= fingerMostPx;
}

/** A second click on the same spot within this time was not aimed at what the first one put there. */
const bounceMs = 350;
const bouncePx = 48;
/** Elements where a tap replaces what is under the finger: a line, a card's face, the next row. */
const changing = ".card, .ready-row, .undo-bar, .notices, .panel-head, .panel .row, .sound-bar";

export type Tap = { readonly timeStamp: number; readonly clientX: number; readonly clientY: number };

/** Whether a click is the bounce of a wet finger, under which the content has changed. */
export function isBounce(last: Tap | undefined, { timeStamp, clientX, clientY }: Tap): boolean {
  if (!last || timeStamp - last.timeStamp >= bounceMs) return false;
  return Math.hypot(clientX - last.clientX, clientY - last.clientY) < bouncePx;
}

/** Swallows the clicks of such touches, and clicks that bounce. Clicks made by keys pass. */
export function guardTouches(root: HTMLElement, touched: () => void): void {
  const down = new Set<number>();
  const bad = new Set<number>();
  let ignoreUntil = 0;
  let last: Tap | undefined;

  function begin(event: PointerEvent): void {
    touched();
    if (event.pointerType !== "touch") return;
    // This touch is alone on the glass: the end of earlier ones was never reported.
    if (event.isPrimary) for (const ids of [down, bad]) ids.clear();
    const isBad = !isFinger(event, down.size);
    down.add(event.pointerId);
    if (isBad) for (const id of down) bad.add(id);
  }

  function end({ pointerId, timeStamp }: PointerEvent): void {
    down.delete(pointerId);
    if (bad.delete(pointerId)) ignoreUntil = timeStamp + clickMs;
  }

  function click(event: MouseEvent): void {
    // A click made by a key has a count of 0.
    const isTap = event.detail > 0;
    const isSwallowed = bad.size > 0 || event.timeStamp < ignoreUntil || (isTap && isBounce(last, event));
    if (!isSwallowed) {
      if (isTap) last = (event.target as Element).closest(changing) ? event : undefined;
      return;
    }
    event.stopPropagation();
    event.preventDefault();
  }

  root.addEventListener("pointerdown", begin, true);
  root.addEventListener("pointerup", end, true);
  root.addEventListener("pointercancel", end, true);
  root.addEventListener("click", click, true);
}

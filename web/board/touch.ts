/** Touches that are no finger's: a spoon, a wet film, a palm. */

/** Wider than a fingertip on the glass, in CSS pixels. Devices that do not measure report 1 or less. */
const fingerMostPx = 70;
/** A browser sends the click of a touch shortly after it. */
const clickMs = 400;

export type Touch = { readonly width: number; readonly height: number };

/** @param others the touches that are on the glass already */
export function isFinger({ width, height }: Touch, others: number): boolean {
  return others === 0 && Math.max(width, height) <= fingerMostPx;
}

/** Swallows the clicks of such touches. Those of keys and mice pass. */
export function guardTouches(root: HTMLElement, touched: () => void): void {
  const down = new Set<number>();
  const bad = new Set<number>();
  let ignoreUntil = 0;

  function begin(event: PointerEvent): void {
    touched();
    if (event.pointerType !== "touch") return;
    const isBad = !isFinger(event, down.size);
    down.add(event.pointerId);
    if (isBad) for (const id of down) bad.add(id);
  }

  function end({ pointerId, timeStamp }: PointerEvent): void {
    down.delete(pointerId);
    if (bad.delete(pointerId)) ignoreUntil = timeStamp + clickMs;
  }

  function click(event: MouseEvent): void {
    if (bad.size === 0 && event.timeStamp >= ignoreUntil) return;
    event.stopPropagation();
    event.preventDefault();
  }

  root.addEventListener("pointerdown", begin, true);
  root.addEventListener("pointerup", end, true);
  root.addEventListener("pointercancel", end, true);
  root.addEventListener("click", click, true);
}

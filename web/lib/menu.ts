/** Whether menu items are on, independent of the kitchen's mode. */
import type { Schemas } from "./api";

type Entry = Pick<Schemas["MenuModifier"], "available" | "off">;

/** Whether an item is on. During a pause, the menu reports all items as unavailable. */
export function isOn({ available, off }: Entry, { mode }: Pick<Schemas["ModeBody"], "mode">): boolean {
  return mode === "paused" ? !off : available;
}

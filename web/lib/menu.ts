/** What a kitchen's menu says of an item beside the mode of the kitchen. */
import type { Schemas } from "./api";

type Entry = Pick<Schemas["MenuModifier"], "available" | "off">;

/** Whether an item is on. In a pause the menu says of all that they are not available. */
export function isOn({ available, off }: Entry, { mode }: Pick<Schemas["ModeBody"], "mode">): boolean {
  return mode === "paused" ? !off : available;
}

/** Whether a kitchen takes orders. */
import type { Schemas } from "./api";
import type { LiveEvent } from "./live";

export type Mode = Schemas["BoardMode"];

export const online: Mode = { mode: "online", delayMinutes: 0 };

/** The mode at a time: a mode expires without an event. */
export function modeAt(mode: Mode, now: number): Mode {
  return mode.until !== undefined && Date.parse(mode.until) <= now ? online : mode;
}

/** The mode in a kitchen.mode_changed event. */
export function modeOf(data: LiveEvent["data"]): Mode {
  const { mode, delayMinutes = 0, until, reason, since } = data as unknown as Partial<Mode> & Pick<Mode, "mode">;
  return { mode, delayMinutes, ...(until && { until }), ...(reason && { reason }), ...(since && { since }) };
}

/** How two modes differ that should be equal; undefined if they do not. */
export function modeDifference(actual: Mode, expected: Mode, now: number): string | undefined {
  const [one, other] = [modeAt(actual, now).mode, modeAt(expected, now).mode];
  return one === other ? undefined : `the mode is ${one}, not ${other}`;
}

import type { Stuck } from "../lib/outbox";
import { Icon } from "./icons";
import type { Intent } from "./intents";
import type { BoardModel } from "./model";
import { named, t } from "./texts";

const shownMax = 3;

/** Taps that fail repeatedly. Without a connection all taps fail, and another bar says so. */
export function StuckTaps({ board }: { board: BoardModel }) {
  const isLost = board.link.value.link === "lost";
  const shown = isLost ? [] : board.outbox.stuck.value.slice(0, shownMax);
  return (
    <ul class="notices" aria-live="assertive">
      {shown.map((one) => (
        <StuckTap key={one.entry.id} board={board} stuck={one} />
      ))}
    </ul>
  );
}

function StuckTap({ board, stuck }: { board: BoardModel; stuck: Stuck<Intent> }) {
  const { entry, behind, isTrying, problem } = stuck;
  const { clock, outbox } = board;
  // The entry's time is by the device's clock.
  const since = board.time(entry.holdUntil + clock.now() - Date.now());
  return (
    <li class="stuck">
      <Icon name="late" />
      <span>
        <b>{whatOf(entry.intent)}</b>
        <br />
        {t("stuck", { time: since, problem: problem === undefined ? "" : ` (${problem})` })}
        {behind > 0 && ` ${t("stuckBehind", { n: behind })}`}
      </span>
      <button type="button" disabled={isTrying} onClick={() => outbox.retry(entry.id)}>
        {t("tryAgain")}
      </button>
      <button type="button" onClick={() => outbox.discard(entry.id)}>
        {t("discard")}
      </button>
    </li>
  );
}

const labels = {
  accept: "acceptPlain",
  progress: "done",
  bump: "ready",
  hand_over: "handOver",
  cancel: "cancelOrder",
  release: "startNow",
  promise: "promise",
  waste: "thrownAway",
} as const;

/** The label of the button that was tapped. */
function whatOf(intent: Intent): string {
  if (intent.kind === "mode")
    return intent.mode.mode === "busy" ? t("busy", { n: intent.mode.delayMinutes }) : t("endBusy");
  if (intent.kind === "availability")
    return t("forItem", { what: t(intent.available ? "putBack" : "takeOff"), item: intent.name });
  const isBack = intent.kind === "progress" && intent.to !== "done";
  return named(t(isBack ? "undo" : labels[intent.kind]), intent);
}

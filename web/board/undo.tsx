import { useComputed } from "@preact/signals";
import type { Entry } from "../lib/outbox";
import type { Intent } from "./intents";
import type { BoardModel } from "./model";
import { OrderButton } from "./order-button";
import { t } from "./texts";

/** The actions that can still be taken back. */
export function UndoBar({ board }: { board: BoardModel }) {
  const held = board.held.value.filter(({ intent }) => "number" in intent);
  const last = held[0];
  return (
    <>
      {/* Announces only the taps: screen readers would speak the seconds below one by one. */}
      <p class="visually-hidden" aria-live="polite">
        {last && undoText(last.intent)}
      </p>
      <ul class="undo-bar">
        {held.map((entry) => (
          <UndoRow key={entry.id} board={board} entry={entry} />
        ))}
      </ul>
    </>
  );
}

function UndoRow({ board, entry }: { board: BoardModel; entry: Entry<Intent> }) {
  const { intent, holdUntil } = entry;
  const number = "number" in intent ? intent.number : 0;
  const left = useComputed(() => {
    void board.clock.second.value;
    return t("holdLeft", { n: Math.max(1, Math.ceil((holdUntil - Date.now()) / 1_000)) });
  });
  return (
    <li>
      <span class="undo-text">
        <b>{undoText(intent)}</b>
        <span class="number">{left}</span>
      </span>
      <OrderButton icon="undo" what={t("undo")} order={{ number }} onClick={() => board.undo(entry)} />
    </li>
  );
}

export function undoText(intent: Intent): string {
  const number = `#${"number" in intent ? intent.number : ""}`;
  switch (intent.kind) {
    case "cancel":
      return t("heldCancel", { number });
    case "hand_over":
      return t("heldHandOver", { number });
    case "progress":
      return t("heldDone", { number });
    default:
      return t("bumped", { number });
  }
}

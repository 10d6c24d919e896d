import { t } from "./texts";

type Props = {
  readonly question: string;
  /** What the button that goes on says; also the name of the dialog. */
  readonly action: string;
  readonly isDanger?: boolean;
  readonly onConfirm: () => void;
  readonly onKeep: () => void;
};

/** Asks before what cannot be taken back, in the place of the button that was pressed. */
export function Confirm({ question, action, isDanger = false, onConfirm, onKeep }: Props) {
  return (
    <div class="confirm" role="alertdialog" aria-label={action}>
      <p>{question}</p>
      <span class="row-actions">
        <button type="button" class={isDanger ? "danger" : ""} onClick={onConfirm}>
          {action}
        </button>
        <button type="button" onClick={onKeep}>
          {t("keep")}
        </button>
      </span>
    </div>
  );
}

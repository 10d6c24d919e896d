import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "./texts";

type Props = {
  /** Label of the button that asks. */
  readonly label: string;
  /** Its accessible name, if the label is not specific enough. */
  readonly name?: string;
  readonly question: string;
  /** Label of the button that confirms; also the name of the dialog. */
  readonly action: string;
  readonly isDanger?: boolean;
  readonly onConfirm: () => void;
};

/** A button that asks before an irreversible action: the question replaces it and takes the focus. */
export function Confirm({ label, name, question, action, isDanger = false, onConfirm }: Props) {
  const isAsking = useSignal(false);
  const wasAsking = useRef(false);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    // Focuses the button that does nothing.
    if (isAsking.value || wasAsking.current) button.current?.focus();
    wasAsking.current = isAsking.value;
  }, [isAsking.value]);
  const ask = (is: boolean) => () => {
    isAsking.value = is;
  };
  if (!isAsking.value)
    return (
      <button type="button" aria-label={name} ref={button} onClick={ask(true)}>
        {label}
      </button>
    );
  return (
    <div
      class="confirm"
      role="alertdialog"
      aria-label={action}
      onKeyDown={({ key }) => key === "Escape" && ask(false)()}
    >
      <p>{question}</p>
      <span class="row-actions">
        <button type="button" class={isDanger ? "danger" : ""} onClick={onConfirm}>
          {action}
        </button>
        <button type="button" ref={button} onClick={ask(false)}>
          {t("keep")}
        </button>
      </span>
    </div>
  );
}

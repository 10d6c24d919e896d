/** The outcome of a user's action, at the foot of the screen. */
import { type Signal, signal } from "@preact/signals";
import { translator } from "./i18n";

const t = translator({ en: { dismiss: "Dismiss" }, hi: { dismiss: "हटाएँ" } });

export type Notice = { readonly kind: "good" | "warn" | "bad"; readonly text: string; readonly detail?: string };

export type Notices = { readonly shown: Signal<Notice | undefined>; say(one: Notice): void };

const goodMs = 6_000;

export function createNotices(): Notices {
  const shown = signal<Notice | undefined>(undefined);
  return {
    shown,
    say: (one) => {
      shown.value = one;
      // A success needs no acknowledgement.
      if (one.kind !== "good") return;
      setTimeout(() => {
        if (shown.peek() === one) shown.value = undefined;
      }, goodMs);
    },
  };
}

export function NoticeBar({ notices: { shown } }: { notices: Notices }) {
  const one = shown.value;
  const dismiss = () => {
    shown.value = undefined;
  };
  return (
    <div class="notice-bar no-print" role="status">
      {one && (
        <div class={`notice ${one.kind}`}>
          <div>
            <p>
              <b>{one.text}</b>
            </p>
            {one.detail && <p>{one.detail}</p>}
          </div>
          <button type="button" aria-label={t("dismiss")} onClick={dismiss}>
            ✕
          </button>
        </div>
      )}
    </div>
  );
}

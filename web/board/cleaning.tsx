import { useEffect, useRef } from "preact/hooks";
import type { BoardModel } from "./model";
import { t } from "./texts";
import { cleaningUntil } from "./ui";

const cleaningMs = 20_000;

export function startCleaning(now: number): void {
  cleaningUntil.value = now + cleaningMs;
}

/** Covers the board for a while, so that wiping it presses no button. */
export function Cleaning({ board }: { board: BoardModel }) {
  const left = Math.ceil((cleaningUntil.value - board.clock.second.value) / 1_000);
  return left > 0 ? <Cover left={left} /> : null;
}

function Cover({ left }: { left: number }) {
  const cover = useRef<HTMLDivElement>(null);
  useEffect(() => cover.current?.focus(), []);
  return (
    <div
      class="cleaning"
      role="dialog"
      aria-modal="true"
      aria-label={t("cleaning")}
      tabIndex={-1}
      ref={cover}
      onKeyDown={(event) => event.preventDefault()}
    >
      <p class="cleaning-title">{t("cleaning")}</p>
      <p class="cleaning-left number">{left}</p>
      <p>{t("cleaningLeft", { n: left })}</p>
    </div>
  );
}

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { language, languages } from "../lib/i18n";
import { theme, themes } from "../lib/theme";
import { stationsOf } from "./cards";
import { startCleaning } from "./cleaning";
import { type BoardCommand, boardKeys, commands, setKey } from "./keyboard";
import type { BoardModel } from "./model";
import { t } from "./texts";
import { close, zoom, zoomBy } from "./ui";

type Props = { readonly board: BoardModel };

const volumes = [
  [0, "mute"],
  [0.3, "low"],
  [0.6, "medium"],
  [1, "loud"],
] as const;

const languageNames = { en: "English", hi: "हिन्दी" } as const;

export function Settings({ board }: Props) {
  const { volume } = board.sounds;
  const nearest = volumes.reduce((one, other) =>
    Math.abs(other[0] - volume.value) < Math.abs(one[0] - volume.value) ? other : one,
  );
  return (
    <div class="settings">
      <Choice label={t("volume")}>
        {volumes.map((one) => (
          <button
            type="button"
            key={one[1]}
            aria-pressed={one === nearest}
            onClick={() => {
              board.sounds.unblock();
              board.sounds.setVolume(one[0]);
              board.sounds.play("arrival");
            }}
          >
            {t(one[1])}
          </button>
        ))}
      </Choice>
      <Choice label={t("zoom")}>
        <button type="button" onClick={() => zoomBy(-1)}>
          A− <span class="visually-hidden">{t("smaller")}</span>
        </button>
        <output class="number">{zoom.value} %</output>
        <button type="button" onClick={() => zoomBy(1)}>
          A+ <span class="visually-hidden">{t("larger")}</span>
        </button>
      </Choice>
      <Choice label={t("theme")}>
        {themes.map((one) => (
          <button
            type="button"
            key={one}
            aria-pressed={theme.value === one}
            onClick={() => {
              theme.value = one;
            }}
          >
            {t(one)}
          </button>
        ))}
      </Choice>
      <Choice label={t("language")}>
        {languages.map((one) => (
          <button
            type="button"
            key={one}
            lang={one}
            aria-pressed={language.value === one}
            onClick={() => {
              language.value = one;
            }}
          >
            {languageNames[one]}
          </button>
        ))}
      </Choice>
      <button
        type="button"
        class="wide"
        onClick={() => {
          close();
          startCleaning(board.clock.now());
        }}
      >
        {t("cleanScreen")}
      </button>
      <p class="muted">{t("cleanHint")}</p>
      <Keys />
      {!("wakeLock" in navigator) && <p class="muted">{t("noWake")}</p>}
      <Differences board={board} />
    </div>
  );
}

/** For support: there should be no differences. */
function Differences({ board }: Props) {
  const found = board.differences.value;
  if (found.length === 0) return null;
  return (
    <section aria-label={t("differences")}>
      <p class="muted">{t("differencesHint")}</p>
      <ul class="muted">
        {found.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </section>
  );
}

function Choice({ label, children }: { label: string; children: preact.ComponentChildren }) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="choice-buttons">{children}</div>
    </fieldset>
  );
}

/** Links, because the station of a screen is in its URL, so that a tablet starts with it. */
export function Stations({ board }: Props) {
  const stations = stationsOf(board.items.value);
  if (stations.length === 0) return null;
  return (
    <Choice label={t("station")}>
      <a class="button" href={location.pathname} aria-current={board.station === undefined ? "page" : undefined}>
        {t("pass")}
      </a>
      {stations.map((station) => (
        <a
          key={station}
          class="button"
          href={`?station=${encodeURIComponent(station)}`}
          aria-current={board.station === station ? "page" : undefined}
        >
          {station}
        </a>
      ))}
    </Choice>
  );
}

function Keys() {
  const asking = useSignal<BoardCommand | undefined>(undefined);
  useEffect(() => {
    function pressed(event: KeyboardEvent): void {
      if (asking.value === undefined || event.key === "Tab") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key !== "Escape") setKey(asking.value, event.key);
      asking.value = undefined;
    }
    document.addEventListener("keydown", pressed, true);
    return () => document.removeEventListener("keydown", pressed, true);
  }, [asking]);
  return (
    <fieldset class="choice">
      <legend>{t("keysTitle")}</legend>
      <p class="muted">{t("keysHint")}</p>
      <ul class="rows">
        {commands.map((command) => (
          <li key={command} class="row">
            <span class="row-text">{t(`key_${command}`)}</span>
            <button
              type="button"
              onClick={() => {
                asking.value = command;
              }}
            >
              <span class="visually-hidden">{t(`key_${command}`)}: </span>
              {asking.value === command ? t("pressKey") : <kbd>{boardKeys.value[command].map(keyName).join(" ")}</kbd>}
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

const keyNames: Readonly<Record<string, string>> = {
  ArrowRight: "→",
  ArrowLeft: "←",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Backspace: "⌫",
  Enter: "↵",
};

function keyName(key: string): string {
  return keyNames[key] ?? key;
}

/** The frame of the door's pages: the product name, and the settings of this device below. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { type Language, language, languages } from "../lib/i18n";
import { type Theme, theme, themes } from "../lib/theme";
import { t } from "./texts";

const languageNames: Record<Language, string> = { en: "English", hi: "हिन्दी" };

type FrameProps = { readonly title: string; readonly size?: "wide" | "code"; readonly children: ComponentChildren };

export function Frame({ title, size, children }: FrameProps) {
  useEffect(() => {
    document.title = `${title} · Tiffin`;
  }, [title]);
  return (
    <div class={`door ${size ?? ""}`}>
      <p class="house">
        <img src="/icon.svg" alt="" width="28" height="28" />
        Tiffin
      </p>
      {children}
      <footer class="settings">
        <Setting
          label={t("language")}
          value={language}
          choices={languages.map((one) => [one, languageNames[one]] as const)}
        />
        <Setting label={t("theme")} value={theme} choices={themes.map((one) => [one, t(one)] as const)} />
      </footer>
    </div>
  );
}

function Setting<T extends Language | Theme>(props: {
  label: string;
  value: { value: T };
  choices: readonly (readonly [T, string])[];
}) {
  return (
    <label>
      <span class="visually-hidden">{props.label}</span>
      <select
        value={props.value.value}
        onChange={({ currentTarget }) => {
          const chosen = props.choices.find(([one]) => one === currentTarget.value);
          if (chosen) props.value.value = chosen[0];
        }}
      >
        {props.choices.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** @param props.id the id of the control in it */
export function Field(props: { id: string; label: string; hint?: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      {props.children}
      {props.hint && (
        <p id={`${props.id}-hint`} class="hint">
          {props.hint}
        </p>
      )}
    </div>
  );
}

export function Fault({ text }: { text: string | undefined }) {
  return (
    <p class={text ? "fault" : ""} role="alert">
      {text}
    </p>
  );
}

/** The frame of the managers' screens: head with menu, state of the connection, notices, problems. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { detailOf, Refused, Unreachable } from "./api";
import { clockTime } from "./format";
import { type Language, language, languages, translator } from "./i18n";
import type { LiveStatus } from "./live";
import { session } from "./session";
import { type Theme, theme, themes } from "./theme";
import { why } from "./why";

const t = translator({
  en: {
    menu: "Menu",
    board: "Kitchen board",
    stock: "Stock",
    operations: "Operations",
    analytics: "Analytics",
    start: "All screens",
    language: "Language",
    theme: "Appearance",
    auto: "Same as device",
    light: "Light",
    dark: "Dark",
    connecting: "Connecting",
    live: "Live",
    doubtful: "Checking the connection",
    lost: "No connection",
    as_of: "What you see may be out of date: last update at {time}",
    unreachable: "No response from the server",
    unreachable_what: "The connection may be down. Check the network, then try again.",
    unexpected: "This page could not be loaded",
    retry: "Try again",
    loading: "Loading",
  },
  hi: {
    menu: "मेन्यू",
    board: "किचन बोर्ड",
    stock: "स्टॉक",
    operations: "संचालन",
    analytics: "विश्लेषण",
    start: "सभी स्क्रीन",
    language: "भाषा",
    theme: "रूप",
    auto: "डिवाइस जैसा",
    light: "हल्का",
    dark: "गहरा",
    connecting: "जुड़ रहा है",
    live: "लाइव",
    doubtful: "कनेक्शन की जाँच",
    lost: "कनेक्शन नहीं है",
    as_of: "जो दिख रहा है वह पुराना हो सकता है: आख़िरी ख़बर {time}",
    unreachable: "सर्वर से जवाब नहीं मिला",
    unreachable_what: "कनेक्शन टूटा हो सकता है। नेटवर्क जाँचें, फिर दोबारा कोशिश करें।",
    unexpected: "यह पेज लोड नहीं हो सका",
    retry: "फिर कोशिश करें",
    loading: "लोड हो रहा है",
  },
});

const languageNames: Record<Language, string> = { en: "English", hi: "हिन्दी" };

type HeadProps = {
  readonly title: string;
  readonly subtitle?: string;
  /** The kitchen whose board and stock the menu offers. */
  readonly kitchenId?: string | undefined;
  readonly children?: ComponentChildren;
};

export function ScreenHead({ title, subtitle, kitchenId, children }: HeadProps) {
  return (
    <header class="head">
      <div class="head-title">
        <h1>{title}</h1>
        {subtitle && <p>{subtitle}</p>}
      </div>
      {children}
      <ScreenMenu kitchenId={kitchenId} />
    </header>
  );
}

function ScreenMenu({ kitchenId }: { kitchenId: string | undefined }) {
  const managers = session.value?.role === "admin" || session.value?.role === "manager";
  return (
    <details class="menu">
      <summary>{t("menu")}</summary>
      <div class="menu-body">
        <nav aria-label={t("menu")}>
          {kitchenId && <ScreenLink path={`/kitchen/${kitchenId}`} name={t("board")} />}
          {kitchenId && <ScreenLink path={`/stock/${kitchenId}`} name={t("stock")} />}
          {managers && <ScreenLink path="/operations" name={t("operations")} />}
          {managers && <ScreenLink path="/analytics" name={t("analytics")} />}
          <ScreenLink path="/start" name={t("start")} />
        </nav>
        <label>
          {t("language")}
          <select
            value={language.value}
            onChange={({ currentTarget }) => {
              language.value = currentTarget.value as Language;
            }}
          >
            {languages.map((one) => (
              <option key={one} value={one}>
                {languageNames[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("theme")}
          <select
            value={theme.value}
            onChange={({ currentTarget }) => {
              theme.value = currentTarget.value as Theme;
            }}
          >
            {themes.map((one) => (
              <option key={one} value={one}>
                {t(one)}
              </option>
            ))}
          </select>
        </label>
      </div>
    </details>
  );
}

function ScreenLink({ path, name }: { path: string; name: string }) {
  return (
    <a href={path} aria-current={location.pathname === path ? "page" : undefined}>
      {name}
    </a>
  );
}

export function LinkState({ status }: { status: ReadonlySignal<LiveStatus> }) {
  const { link } = status.value;
  return (
    <span class={`link-state ${link}`} role="status">
      {t(link)}
    </span>
  );
}

/** The age of the shown data while there is no connection. */
export function Stale({ status, zone }: { status: ReadonlySignal<LiveStatus>; zone?: string | undefined }) {
  const { link, heardAt } = status.value;
  if (link !== "lost" || heardAt === undefined) return null;
  return (
    <p class="stale" role="alert">
      {t("as_of", { time: clockTime(heardAt, zone) })}
    </p>
  );
}

export function Loading() {
  return (
    <p class="empty" role="status">
      {t("loading")} …
    </p>
  );
}

/** What happened in a failed request, and what to do. */
export function explain(failure: unknown): { readonly title: string; readonly detail: string } {
  if (failure instanceof Refused) {
    const { problem } = failure;
    return { title: why(problem) ?? problem.title, detail: detailOf(problem) ?? problem.code };
  }
  if (failure instanceof Unreachable) return { title: t("unreachable"), detail: t("unreachable_what") };
  return { title: t("unexpected"), detail: failure instanceof Error ? failure.message : String(failure) };
}

export function Failed({ failure, retry }: { failure: unknown; retry?: () => void }) {
  const { title, detail } = explain(failure);
  return (
    <div class="empty" role="alert">
      <strong>{title}</strong>
      <p>{detail}</p>
      <p class="choices">
        {retry && (
          <button type="button" onClick={retry}>
            {t("retry")}
          </button>
        )}
        <a class="button" href="/start">
          {t("start")}
        </a>
      </p>
    </div>
  );
}

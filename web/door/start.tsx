import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { all } from "../lib/pages";
import { api, type Session } from "../lib/session";
import { Devices } from "./devices";
import { Fault, Frame } from "./frame";
import { SignOut } from "./sign-out";
import { type Kitchen, kitchensOf, mayOpen } from "./state";
import { explain, nameOf, t } from "./texts";

export function Start({ session }: { session: Session }) {
  const kitchens = useSignal<readonly Kitchen[] | undefined>(undefined);
  const fault = useSignal<string | undefined>(undefined);
  const load = async () => {
    fault.value = undefined;
    try {
      kitchens.value = kitchensOf(session, await all<Kitchen>(api, "/v1/kitchens"));
    } catch (failure) {
      fault.value = explain(failure);
    }
  };
  useEffect(() => void load(), []);
  const hasScreens = mayOpen(session.role, "board");
  return (
    <Frame title={t("start")} size="wide">
      <header class="start-head">
        <div>
          <h1>{t("start")}</h1>
          <p class="muted">{t("signed_in", { role: nameOf(session.role) })}</p>
        </div>
        <SignOut label={t("sign_out")} />
      </header>
      {mayOpen(session.role, "operations") && <ChainScreens />}
      {!hasScreens && <NoScreens />}
      {fault.value && (
        <section class="card">
          <Fault text={fault.value} />
          <button type="button" onClick={load}>
            {t("retry")}
          </button>
        </section>
      )}
      {hasScreens && !fault.value && <Kitchens kitchens={kitchens.value} />}
      {mayOpen(session.role, "operations") && kitchens.value && <Devices kitchens={kitchens.value} />}
    </Frame>
  );
}

function ChainScreens() {
  return (
    <nav class="tiles" aria-label={t("start")}>
      <a class="tile" href="/operations">
        <strong>{t("operations")}</strong>
        <span>{t("operations_what")}</span>
      </a>
      <a class="tile" href="/analytics">
        <strong>{t("analytics")}</strong>
        <span>{t("analytics_what")}</span>
      </a>
    </nav>
  );
}

function Kitchens({ kitchens }: { kitchens: readonly Kitchen[] | undefined }) {
  return (
    <section class="card">
      <h2>{t("kitchens")}</h2>
      {kitchens === undefined && <p role="status">{t("loading")}</p>}
      {kitchens?.length === 0 && <p class="muted">{t("no_kitchens")}</p>}
      <ul class="rows">
        {kitchens?.map((kitchen) => (
          <li key={kitchen.id}>
            <span class="row-name">
              <strong>{kitchen.name}</strong>
              <span>{kitchen.id}</span>
            </span>
            <span class="row-actions">
              <a class="button" href={`/kitchen/${encodeURIComponent(kitchen.id)}`}>
                {t("board")}
                <span class="visually-hidden"> {kitchen.name}</span>
              </a>
              <a class="button" href={`/stock/${encodeURIComponent(kitchen.id)}`}>
                {t("stock")}
                <span class="visually-hidden"> {kitchen.name}</span>
              </a>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NoScreens() {
  return (
    <section class="card">
      <p>{t("no_screens")}</p>
      <a class="button" href="/docs">
        {t("api_reference")}
      </a>
    </section>
  );
}

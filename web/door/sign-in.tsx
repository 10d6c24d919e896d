import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Refused, type Schemas } from "../lib/api";
import { api } from "../lib/session";
import { Fault, Field, Frame } from "./frame";
import { openSession } from "./open-session";
import type { Reason } from "./state";
import { explain, t } from "./texts";

type SignInProps = { readonly returnTo: string; readonly why: Reason | undefined };

export function SignIn({ returnTo, why }: SignInProps) {
  const hasIssuer = useSignal(false);
  useEffect(() => {
    api.get<Schemas["SignInMethodsView"]>("/v1/session/methods").then(
      (methods) => {
        hasIssuer.value = methods.openIdConnect;
      },
      // Without a response, the page shows the key form, which explains an outage when it is used.
      () => {},
    );
  }, [hasIssuer]);
  return (
    <Frame title={t("sign_in")}>
      <section class="card">
        <h1>{t("sign_in")}</h1>
        {why ? (
          <p class={why === "ended" ? "why" : "why fault"} role="status">
            {t(`why_${why}`)}
          </p>
        ) : (
          <p class="muted">{t("sign_in_what")}</p>
        )}
        {hasIssuer.value && (
          <>
            <a class="button primary" href={`/v1/session/sign-in?returnTo=${encodeURIComponent(returnTo)}`}>
              {t("sign_in_with_company")}
            </a>
            <p class="or">{t("or")}</p>
          </>
        )}
        <KeyForm returnTo={returnTo} isPrimary={!hasIssuer.value} />
      </section>
      <p class="aside">
        <a href="/pair">{t("pair_this")}</a>
      </p>
    </Frame>
  );
}

// POST matters if no script runs: the key must not become part of the URL.
function KeyForm({ returnTo, isPrimary }: { returnTo: string; isPrimary: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const fault = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    isBusy.value = true;
    fault.value = undefined;
    try {
      await openSession(input.current?.value ?? "");
      location.replace(returnTo);
    } catch (failure) {
      fault.value = failure instanceof Refused && failure.problem.status === 401 ? t("bad_key") : explain(failure);
      isBusy.value = false;
      input.current?.focus();
    }
  };
  return (
    <form method="post" onSubmit={submit}>
      <Field id="key" label={t("key")} hint={t("key_what")}>
        <input
          id="key"
          aria-describedby="key-hint"
          ref={input}
          type="password"
          required
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          placeholder="tk_…"
        />
      </Field>
      <Fault text={fault.value} />
      <button type="submit" class={isPrimary ? "primary" : ""} disabled={isBusy.value}>
        {t("sign_in")}
      </button>
    </form>
  );
}

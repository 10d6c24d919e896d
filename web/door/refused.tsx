import { session } from "../lib/session";
import { Frame } from "./frame";
import { SignOut } from "./sign-out";
import { refusalAt } from "./state";
import { nameOf, oneOf, screenName, t } from "./texts";

/** Shown when the server refused a screen to this session. */
export function RefusedScreen({ path }: { path: string }) {
  const refusal = refusalAt(path);
  return (
    <Frame title={t("refused")}>
      <section class="card">
        <h1>{t("refused")}</h1>
        {refusal && (
          <p>
            {t(refusal.kitchenId ? "refused_kitchen" : "refused_chain", {
              screen: screenName(refusal.screen),
              roles: oneOf(refusal.roles),
              kitchen: refusal.kitchenId ?? "",
            })}
          </p>
        )}
        {session.value && (
          <p>
            {t(session.value.kitchens.length > 0 ? "refused_you_in" : "refused_you", {
              role: nameOf(session.value.role),
              kitchens: session.value.kitchens.join(", "),
            })}
          </p>
        )}
        <a class="button primary" href="/start">
          {t("to_start")}
        </a>
        <SignOut label={t("sign_in_again")} returnTo={path} />
      </section>
    </Frame>
  );
}

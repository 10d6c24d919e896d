import { useSignal } from "@preact/signals";
import { api, session } from "../lib/session";
import { Fault } from "./frame";
import { isDevice } from "./state";
import { explain, t } from "./texts";

export function SignOut({ label, returnTo }: { label: string; returnTo?: string }) {
  const isAsking = useSignal(false);
  const fault = useSignal<string | undefined>(undefined);
  const signOut = async () => {
    try {
      await api.send({ method: "DELETE", path: "/v1/session" });
      location.assign(returnTo ? `/sign-in?returnTo=${encodeURIComponent(returnTo)}` : "/sign-in");
    } catch (failure) {
      fault.value = explain(failure);
    }
  };
  const mustAsk = session.value !== undefined && isDevice(session.value);
  if (isAsking.value)
    return (
      <div class="confirm" role="alertdialog" aria-label={t("sign_out")}>
        <p>{t("sign_out_device")}</p>
        <span class="row-actions">
          {" "}
          <button type="button" onClick={signOut}>
            {t("sign_out")}
          </button>
          <button
            type="button"
            onClick={() => {
              isAsking.value = false;
            }}
          >
            {t("keep")}
          </button>
        </span>{" "}
      </div>
    );
  return (
    <>
      <button
        type="button"
        onClick={
          mustAsk
            ? () => {
                isAsking.value = true;
              }
            : signOut
        }
      >
        {label}
      </button>
      <Fault text={fault.value} />
    </>
  );
}

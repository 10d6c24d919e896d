import { useSignal } from "@preact/signals";
import { forgetScreens } from "../lib/copy";
import { api, session } from "../lib/session";
import { Confirm } from "./confirm";
import { Fault } from "./frame";
import { isDevice } from "./state";
import { explain, t } from "./texts";

export function SignOut({ label, returnTo }: { label: string; returnTo?: string }) {
  const fault = useSignal<string | undefined>(undefined);
  const signOut = async () => {
    try {
      await api.send({ method: "DELETE", path: "/v1/session" });
      await forgetScreens();
      location.assign(returnTo ? `/sign-in?returnTo=${encodeURIComponent(returnTo)}` : "/sign-in");
    } catch (failure) {
      fault.value = explain(failure);
    }
  };
  const mustAsk = session.value !== undefined && isDevice(session.value);
  return (
    <>
      {mustAsk ? (
        <Confirm label={label} question={t("sign_out_device")} action={t("sign_out")} onConfirm={signOut} />
      ) : (
        <button type="button" onClick={signOut}>
          {label}
        </button>
      )}
      <Fault text={fault.value} />
    </>
  );
}

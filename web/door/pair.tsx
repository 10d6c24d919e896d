import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../lib/session";
import { Fault, Frame } from "./frame";
import { pair } from "./pairing";
import type { Pairing } from "./state";
import { explain, t } from "./texts";

const sleep = (seconds: number) => new Promise<void>((done) => setTimeout(done, seconds * 1000));

export function Pair() {
  const state = useSignal<Pairing>({ step: "asking" });
  useEffect(() => {
    pair(api, sleep, (next) => {
      state.value = next;
    }).then((kitchenId) => location.replace(`/kitchen/${encodeURIComponent(kitchenId)}`));
  }, [state]);
  return (
    <Frame title={t("pair")} size="code">
      <section class="card pair">
        <h1>{t("pair")}</h1>
        <Step state={state.value} />
      </section>
      <p class="aside">
        <a href="/sign-in">{t("sign_in_instead")}</a>
      </p>
    </Frame>
  );
}

function Step({ state }: { state: Pairing }) {
  if (state.step === "paired") return <p role="status">{t("paired")}</p>;
  const fault = state.failure === undefined ? undefined : explain(state.failure);
  if (state.step === "asking")
    return (
      <>
        <p role="status">{t("pair_asking")}</p>
        <Fault text={fault && `${t("no_code")} ${fault}`} />
      </>
    );
  return (
    <>
      <p>{t("pair_what", { address: `${location.host}/start` })}</p>
      <p class="user-code" role="status">
        {state.code}
      </p>
      <p class="muted">{t("pair_waiting")}</p>
      <Fault text={fault} />
    </>
  );
}

import { useSignal } from "@preact/signals";
import { countdown } from "../lib/countdown";
import { clockTime } from "../lib/format";
import type { Attention } from "./attention";
import type { OperationsModel } from "./model";
import type { Operations } from "./state";
import { t } from "./texts";

const shownAtFirst = 6;

type ListProps = {
  readonly list: readonly Attention[];
  readonly state: Operations;
  readonly model: OperationsModel;
};

export function AttentionList({ list, state, model }: ListProps) {
  const isWhole = useSignal(false);
  const shown = isWhole.value ? list : list.slice(0, shownAtFirst);
  return (
    <section class="attention" aria-label={t("attention")}>
      <h2>{t("attention")}</h2>
      {list.length === 0 && (
        <p class="card calm">
          <b>
            <span aria-hidden="true">✓ </span>
            {t("calm")}
          </b>
          <span class="muted">{t("calm_what")}</span>
        </p>
      )}
      <ol>
        {shown.map((one) => (
          <li key={one.key} class={`card ${one.grade}`}>
            <span class="attention-sign" aria-hidden="true">
              {one.grade === "bad" ? "✕" : "▲"}
            </span>
            <span class="attention-text">
              {one.kitchenId && <b>{state.kitchens.get(one.kitchenId)?.name ?? one.kitchenId}</b>}
              <span>{sentence(one, state)}</span>
            </span>
            <Action one={one} state={state} model={model} />
          </li>
        ))}
      </ol>
      {list.length > shown.length && (
        <button type="button" onClick={() => (isWhole.value = true)}>
          {t("more", { n: list.length - shown.length })}
        </button>
      )}
    </section>
  );
}

function sentence(one: Attention, state: Operations): string {
  switch (one.kind) {
    case "late": {
      const values = { number: one.order.number, minutes: one.minutes, count: one.count };
      return t(one.count === 1 ? "late_one" : "late_many", values);
    }
    case "accept": {
      const values = { number: one.order.number, count: one.count, time: countdown(one.secondsLeft * 1_000, 0) };
      return t(one.count === 1 ? "accept_left" : "accept_many", values);
    }
    case "courier": {
      const values = { number: one.order.number, minutes: one.minutes, count: one.count };
      return t(one.count === 1 ? "courier_one" : "courier_many", values);
    }
    case "decide":
      return t("decide_left", { number: one.order.number, minutes: one.minutes });
    case "out":
      return outSentence(one.name, one.kills);
    case "paused":
      return pausedSentence(one, state);
    case "webhook":
      return t("webhook_off", { host: one.host });
  }
}

function outSentence(name: string, kills: readonly string[]): string {
  if (kills.length === 0) return t("out_none", { name });
  const first = kills.slice(0, 3).join(", ");
  return t("out_kills", {
    name,
    items: kills.length > 3 ? t("and_more", { items: first, n: kills.length - 3 }) : first,
  });
}

function pausedSentence(one: Extract<Attention, { kind: "paused" }>, state: Operations): string {
  const zone = state.kitchens.get(one.kitchenId ?? "")?.timeZone;
  const since = one.since === undefined ? t("paused") : t("paused_since", { time: clockTime(one.since, zone) });
  const paused = one.until === undefined ? since : `${since}, ${t("until", { time: clockTime(one.until, zone) })}`;
  if (!one.reason) return paused;
  return `${paused}: ${one.reason === "not_answering" ? t("not_answering") : one.reason}`;
}

function Action({ one, state, model }: { one: Attention; state: Operations; model: OperationsModel }) {
  if (one.kind === "out")
    return (
      <span class="choices">
        <a class="button" href={`/stock/${one.kitchenId}?tab=receive&sku=${one.sku}`}>
          {t("receive")}
        </a>
        <a class="button" href={`/stock/${one.kitchenId}?tab=off`} aria-label={t("take_off", { name: one.name })}>
          {t("off")}
        </a>
      </span>
    );
  const [text, act] = actionOf(one, state, model);
  return (
    <button type="button" class={one.kind === "accept" && one.count === 1 ? "primary" : undefined} onClick={act}>
      {text}
    </button>
  );
}

function actionOf(one: Exclude<Attention, { kind: "out" }>, state: Operations, model: OperationsModel) {
  const kitchen = one.kitchenId ?? "";
  switch (one.kind) {
    case "accept":
      return one.count === 1
        ? ([t("accept"), () => void model.accept(one.order)] as const)
        : ([t("open_list"), () => model.select({ kitchen })] as const);
    case "paused":
      return [t("resume"), () => void model.resume(kitchen, state.kitchens.get(kitchen)?.name ?? kitchen)] as const;
    case "webhook":
      return [t("enable"), () => void model.enable(one.webhookId)] as const;
    case "decide":
      return [t("decide"), () => model.select({ kitchen, order: one.order.id })] as const;
    case "courier":
      return [t("assign"), () => model.select({ kitchen, order: one.order.id })] as const;
    case "late":
      return one.count === 1
        ? ([t("open_order"), () => model.select({ kitchen, order: one.order.id })] as const)
        : ([t("open_list"), () => model.select({ kitchen })] as const);
  }
}

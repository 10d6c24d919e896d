import { useSignal } from "@preact/signals";
import type { Schemas } from "../lib/api";
import type { Attention } from "./attention";
import type { OperationsModel } from "./model";
import type { Operations } from "./state";
import { t } from "./texts";
import { sentence } from "./words";

const shownAtFirst = 6;

type ListProps = {
  readonly list: NonNullable<OperationsModel["view"]["value"]>["attention"];
  readonly state: Operations;
  readonly model: OperationsModel;
};

export function AttentionList({ list, state, model }: ListProps) {
  const isWhole = useSignal(false);
  const live = list.filter(({ isOver }) => !isOver);
  // Ended entries do not take the place of others.
  const last = isWhole.value ? undefined : live[shownAtFirst];
  const shown = last ? list.slice(0, list.indexOf(last)) : list;
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
          <li key={one.key} class={`card ${one.isOver ? "over" : one.grade}`} aria-hidden={one.isOver}>
            <span class="attention-sign" aria-hidden="true">
              {one.isOver ? "–" : one.grade === "bad" ? "✕" : "▲"}
            </span>
            <span class="attention-text">
              {one.kitchenId && <b>{state.kitchens.get(one.kitchenId)?.name ?? one.kitchenId}</b>}
              <span>{sentence(one, state, model.clock.now())}</span>
            </span>
            {!one.isOver && <Action one={one} state={state} model={model} />}
          </li>
        ))}
      </ol>
      {last && (
        <button type="button" onClick={() => (isWhole.value = true)}>
          {t("more", { n: live.length - shownAtFirst })}
        </button>
      )}
    </section>
  );
}

function Action({ one, state, model }: { one: Attention; state: Operations; model: OperationsModel }) {
  if (one.kind === "out")
    return (
      <span class="choices">
        <a class="button" href={`/stock/${one.kitchenId}?tab=receive&sku=${one.sku}`}>
          {t("receive")}
        </a>
        <a
          class="button"
          href={`/stock/${one.kitchenId}?tab=off&sku=${one.sku}`}
          aria-label={t("take_off", { name: one.name })}
        >
          {t("off")}
        </a>
      </span>
    );
  const [text, act] = actionOf(one, state, model);
  return (
    <span class="choices">
      <button type="button" class={one.kind === "accept" && one.count === 1 ? "primary" : undefined} onClick={act}>
        {text}
      </button>
      {one.kind === "accept" && <CallLink kitchen={state.kitchens.get(one.kitchenId ?? "")} />}
    </span>
  );
}

export function CallLink({ kitchen }: { kitchen: Schemas["KitchenView"] | undefined }) {
  if (!kitchen?.phone) return null;
  return (
    <a class="button" href={`tel:${kitchen.phone}`} aria-label={t("call_kitchen", { name: kitchen.name })}>
      {t("call")}
    </a>
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

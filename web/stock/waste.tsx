import { useSignal } from "@preact/signals";
import { isWrong, quantity, type Scale, scalesOf, typed } from "../lib/units";
import type { StockModel } from "./model";
import { Empty, ScaleChoice, Search } from "./parts";
import { type Dish, found, type Level, type Movement, wasteOf } from "./state";
import { t } from "./texts";

const reasons = ["burnt", "spoiled", "dropped", "returned", "trial", "other"] as const;
type Reason = (typeof reasons)[number];

export function WasteTab({ model }: { model: StockModel }) {
  const { levels, dishes } = model.stock.value ?? { levels: [], dishes: [] };
  const level = levels.find(({ sku }) => sku === model.chosen.value);
  const dish = dishes.find(({ itemId }) => itemId === model.dish.value);
  const choose = (what: { sku?: string; itemId?: string }) => {
    model.chosen.value = what.sku;
    model.dish.value = what.itemId;
  };
  if (level) return <WasteForm key={level.sku} {...ofLevel(level)} model={model} back={() => choose({})} />;
  if (dish) return <WasteForm key={dish.itemId} {...ofDish(dish)} model={model} back={() => choose({})} />;
  return <WasteChoice levels={levels} dishes={dishes} onChoose={choose} />;
}

type ChoiceProps = {
  readonly levels: readonly Level[];
  readonly dishes: readonly Dish[];
  readonly onChoose: (what: { sku?: string; itemId?: string }) => void;
};

function WasteChoice({ levels, dishes, onChoose }: ChoiceProps) {
  const words = useSignal("");
  const wastable = found(dishes, words.value).filter(({ recipe, isExtra }) => recipe.length > 0 && !isExtra);
  const ingredients = found(levels, words.value);
  return (
    <>
      <p class="muted">{t("waste_what")}</p>
      <div class="toolbar">
        <Search label={t("search_dishes")} value={words.value} onSearch={(text) => (words.value = text)} />
      </div>
      {wastable.length + ingredients.length === 0 && <Empty title={t("none_found")} text={t("none_found_what")} />}
      <div class="tiles">
        {ingredients.map(({ sku, name, onHand, unit }) => (
          <button key={sku} type="button" class="tile" onClick={() => onChoose({ sku })}>
            <span>{name}</span>
            <span class="muted number">{quantity(onHand, unit)}</span>
          </button>
        ))}
        {wastable.map(({ itemId, name }) => (
          <button key={itemId} type="button" class="tile" onClick={() => onChoose({ itemId })}>
            <span>{name}</span>
            <span class="muted">{t("portions")}</span>
          </button>
        ))}
      </div>
    </>
  );
}

type Wasted = {
  readonly name: string;
  readonly id: { readonly sku: string } | { readonly itemId: string };
  readonly label: string;
  readonly scales: readonly Scale[];
  /** The most that can be wasted. */
  readonly most: number;
  readonly shown: (value: number) => string;
  readonly movements: (value: number, reason: Reason) => readonly Movement[];
};

function ofLevel({ sku, name, unit, onHand, threshold }: Level): Wasted {
  return {
    name,
    id: { sku },
    label: t("quantity_of", { name }),
    scales: scalesOf(unit, threshold),
    most: onHand,
    shown: (value) => quantity(value, unit),
    movements: (value, reason) => [{ sku, kind: "wasted", quantity: value, reason }],
  };
}

function ofDish(dish: Dish): Wasted {
  return {
    name: dish.name,
    id: { itemId: dish.itemId },
    label: t("portions_of", { name: dish.name }),
    scales: [{ unit: t("portions"), factor: 1 }],
    most: dish.portions ?? 0,
    shown: (value) => `${value} ×`,
    movements: (value, reason) => wasteOf(dish, value, reason),
  };
}

type FormProps = Wasted & { readonly model: StockModel; readonly back: () => void };

function WasteForm({ name, id, label, scales, most, shown, movements, model, back }: FormProps) {
  const reason = useSignal<Reason | undefined>(undefined);
  const text = useSignal("");
  const index = useSignal(0);
  const scale = scales[index.value] ?? { unit: "", factor: 1 };
  const wanted = typed(text.value, scale);
  const value = wanted ?? 0;
  const tooMuch = value > most;
  const record = () => {
    if (!reason.value) return;
    const waste = { ...id, what: `${shown(value)} ${name}` };
    model.book(movements(value, reason.value), { done: t("wasted"), waste });
    back();
  };
  return (
    <section class="card waste">
      <div class="level-head">
        <h2>{name}</h2>
        <button type="button" onClick={back}>
          {t("choose_other")}
        </button>
      </div>
      <fieldset class="choices">
        <legend>{t("reason")}</legend>
        {reasons.map((one) => (
          <button key={one} type="button" aria-pressed={reason.value === one} onClick={() => (reason.value = one)}>
            {t(one)}
          </button>
        ))}
      </fieldset>
      <div class="waste-quantity">
        <input
          class="number"
          aria-label={label}
          aria-invalid={isWrong(text.value, wanted)}
          inputMode="none"
          autocomplete="off"
          value={text.value}
          onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        />
        <ScaleChoice
          label={t("unit_of", { name })}
          units={scales}
          value={index.value}
          onChange={(to) => (index.value = to)}
        />
      </div>
      <Pad value={text.value} onValue={(to) => (text.value = to)} />
      {tooMuch && (
        <p class="less" role="alert">
          {t("too_much", { quantity: shown(most) })}
        </p>
      )}
      <button type="button" class="primary book" disabled={!reason.value || value === 0 || tooMuch} onClick={record}>
        {t("waste_now", { quantity: shown(value), name })}
      </button>
    </section>
  );
}

const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0"] as const;

/** A keypad larger than a phone's own keyboard, for wet hands. */
function Pad({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  return (
    <div class="pad">
      {keys.map((key) => (
        <button key={key} type="button" onClick={() => onValue(value + key)}>
          {key}
        </button>
      ))}
      <button type="button" aria-label={t("delete_digit")} onClick={() => onValue(value.slice(0, -1))}>
        ⌫
      </button>
    </div>
  );
}

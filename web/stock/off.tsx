import { useSignal } from "@preact/signals";
import { number, timeOrDay } from "../lib/format";
import { endOfDay, hourMs } from "../lib/zone";
import type { StockModel } from "./model";
import { Empty, Search } from "./parts";
import { type Dish, found, madeWith, scarcest } from "./state";
import { t } from "./texts";

export function OffTab({ model }: { model: StockModel }) {
  const words = useSignal("");
  const open = useSignal<string | undefined>(undefined);
  const { dishes, paused } = model.stock.value ?? { dishes: [], paused: false };
  const sku = model.chosen.value;
  const shown = found(madeWith(dishes, sku), words.value);
  const groups = [
    { title: t("off_now"), dishes: shown.filter(({ available }) => !available) },
    { title: undefined, dishes: shown.filter(({ available, isExtra }) => available && !isExtra) },
    { title: t("extras"), dishes: shown.filter(({ available, isExtra }) => available && isExtra) },
  ];
  return (
    <>
      {sku && (
        <div class="toolbar">
          <p class="off-with">{t("makes_what", { name: model.bySku.value.get(sku)?.name ?? sku })}</p>
          <button type="button" onClick={() => model.open("off")}>
            {t("show_all_items")}
          </button>
        </div>
      )}
      {paused && <p class="notice warn">{t("kitchen_paused")}</p>}
      <div class="toolbar">
        <Search label={t("search_items")} value={words.value} onSearch={(text) => (words.value = text)} />
      </div>
      {shown.length === 0 && <Empty title={t("none_found")} text={t("none_found_what")} />}
      {groups.map(
        ({ title, dishes: some }) =>
          some.length > 0 && (
            <section key={title} class="off-group">
              {title && <h2>{title}</h2>}
              <ul>
                {some.map((dish) => (
                  <DishRow
                    key={dish.itemId}
                    dish={dish}
                    model={model}
                    isOpen={open.value === dish.itemId}
                    onOpen={() => (open.value = open.value === dish.itemId ? undefined : dish.itemId)}
                  />
                ))}
              </ul>
            </section>
          ),
      )}
    </>
  );
}

type RowProps = {
  readonly dish: Dish;
  readonly model: StockModel;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
};

function DishRow({ dish, model, isOpen, onOpen }: RowProps) {
  const put = (available: boolean, until?: string) => {
    const done = t(available ? "put_back" : "taken_off", { name: dish.name });
    model.setAvailable(dish.itemId, available, done, until);
    if (isOpen) onOpen();
  };
  return (
    <li class={dish.available ? "card off-row" : "card off-row off"}>
      <div class="off-name">
        <b>{dish.name}</b>
        <span class="small">
          <Availability dish={dish} model={model} /> <InStock dish={dish} model={model} />
        </span>
      </div>
      {dish.available ? (
        <button type="button" aria-expanded={isOpen} onClick={onOpen}>
          86<span class="visually-hidden"> {dish.name}</span>
        </button>
      ) : (
        <button type="button" class="primary" onClick={() => put(true)}>
          {t("put_on")}
          <span class="visually-hidden">: {dish.name}</span>
        </button>
      )}
      {isOpen && <UntilChoices model={model} onChoose={(until) => put(false, until)} />}
    </li>
  );
}

function Availability({ dish, model }: { dish: Dish; model: StockModel }) {
  if (dish.available) return null;
  const zone = model.kitchen.value?.timeZone;
  const text = dish.until
    ? t("item_off_until", { time: timeOrDay(dish.until, model.now(), zone) })
    : t("item_off_open");
  const by = dish.offBy && ` ${t("off_by", { who: dish.offBy })}`;
  return (
    <span class="chip bad">
      <span aria-hidden="true">✕</span>
      {text}
      {by}
    </span>
  );
}

// Both causes of "off" are shown: removing one by hand does not help if the other remains.
function InStock({ dish, model }: { dish: Dish; model: StockModel }) {
  if (dish.portions === undefined) return <span class="muted">{t("no_recipe")}</span>;
  if (dish.portions > 0) return <span class="muted">{t("stock_portions", { n: number(dish.portions) })}</span>;
  const missing = scarcest(dish, model.stock.value?.levels ?? []);
  return (
    <span class="chip warn">
      <span aria-hidden="true">▼</span>
      {t("stock_none", { name: missing?.name ?? "" })}
    </span>
  );
}

function UntilChoices({ model, onChoose }: { model: StockModel; onChoose: (until?: string) => void }) {
  const zone = model.kitchen.value?.timeZone ?? "UTC";
  const now = model.now();
  const hour = now + hourMs;
  const day = endOfDay(now, zone);
  return (
    <div class="choices until">
      {(
        [
          ["for_hour", hour],
          ["for_day", day],
        ] as const
      ).map(([name, at]) => (
        <button key={name} type="button" onClick={() => onChoose(new Date(at).toISOString())}>
          {t(name)} <span class="muted">{t("until_time", { time: timeOrDay(at, now, zone) })}</span>
        </button>
      ))}
      {model.isManager && (
        <button type="button" onClick={() => onChoose()}>
          {t("for_ever")}
        </button>
      )}
    </div>
  );
}

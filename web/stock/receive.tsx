import { useSignal } from "@preact/signals";
import { money } from "../lib/format";
import { decimal, quantity, scalesOf, typed } from "../lib/units";
import type { StockModel } from "./model";
import { Empty, NumberInput, ScaleChoice, Search } from "./parts";
import { isBookable, type ReceiptLine, totalOf, withLine, withoutLine } from "./receipt";
import { found, type Level } from "./state";
import { costOf } from "./supply";
import { t } from "./texts";

export function ReceiveTab({ model }: { model: StockModel }) {
  const words = useSignal("");
  const levels = model.stock.value?.levels ?? [];
  const { receipt, note, bySku } = model;
  const add = ({ sku }: Level) => {
    words.value = "";
    model.addLine(sku);
  };
  return (
    <>
      <div class="toolbar">
        <Search label={t("search")} value={words.value} onSearch={(text) => (words.value = text)} />
      </div>
      {!model.receiptIsStored.value && receipt.value.length > 0 && <p class="notice warn">{t("receipt_not_saved")}</p>}
      {words.value.trim() && <Suggestions levels={found(levels, words.value)} onChoose={add} />}
      {receipt.value.length === 0 ? (
        <Empty title={t("receipt_empty")} text={t("receipt_empty_what")} />
      ) : (
        <form
          class="receipt"
          onSubmit={(event) => {
            event.preventDefault();
            model.bookReceipt();
          }}
        >
          <ul>
            {receipt.value.map((line) => {
              const level = bySku.value.get(line.sku);
              return level && <ReceiptRow key={line.sku} line={line} level={level} model={model} />;
            })}
          </ul>
          <label class="field">
            {t("delivery_note")}
            <input
              value={note.value}
              maxLength={200}
              onInput={({ currentTarget }) => (note.value = currentTarget.value)}
            />
          </label>
          <button class="primary book" type="submit" disabled={!isBookable(receipt.value)}>
            {receipt.value.length === 1 ? t("book_line") : t("book_lines", { n: receipt.value.length })}
          </button>
        </form>
      )}
    </>
  );
}

export function Suggestions({ levels, onChoose }: { levels: readonly Level[]; onChoose: (level: Level) => void }) {
  if (levels.length === 0) return <Empty title={t("none_found")} text={t("none_found_what")} />;
  return (
    <ul class="suggestions" aria-label={t("add_line")}>
      {levels.slice(0, 8).map((level) => (
        <li key={level.sku}>
          <button type="button" onClick={() => onChoose(level)}>
            <span>{level.name}</span>
            <span class="muted number">{quantity(level.onHand, level.unit)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const loose = { unit: "", factor: 1 };

type RowProps = { readonly line: ReceiptLine; readonly level: Level; readonly model: StockModel };

function ReceiptRow({ line, level, model }: RowProps) {
  // Fixed when the row is created: while a size is typed, its unit must not change.
  const scales = useSignal(scalesOf(level.unit, Math.max(level.threshold, line.packSize))).value;
  const scale = useSignal(0);
  const value = totalOf(line) > 0 ? costOf(line.sku, totalOf(line), model.stock.value?.supplies ?? {}) : undefined;
  const inUnit = scales[scale.value] ?? { unit: level.unit, factor: 1 };
  // Packs of weighed goods may be fractional, such as half a sack; pieces are counted.
  const packsOf = scales.length > 1 ? decimal : (text: string) => typed(text, loose);
  const set = (change: Partial<ReceiptLine>) => {
    model.receipt.value = withLine(model.receipt.value, { ...line, ...change });
  };
  return (
    <li class="card receipt-row">
      <div class="level-head">
        <h2>{level.name}</h2>
        <button
          type="button"
          aria-label={t("remove", { name: level.name })}
          onClick={() => (model.receipt.value = withoutLine(model.receipt.value, line.sku))}
        >
          ✕
        </button>
      </div>
      <div class="receipt-fields">
        <NumberField
          key={inUnit.unit}
          id={`size-${line.sku}`}
          label={t("pack")}
          value={line.packSize / inUnit.factor}
          read={(text) => typed(text, inUnit)}
          onValue={(packSize) => set({ packSize })}
        />
        <ScaleChoice
          label={t("unit_of", { name: level.name })}
          units={scales}
          value={scale.value}
          onChange={(index) => (scale.value = index)}
        />
        <span aria-hidden="true">×</span>
        <NumberField
          id={`packs-${line.sku}`}
          label={t("packs")}
          value={line.packs}
          read={packsOf}
          onValue={(packs) => set({ packs })}
        />
        <p class="receipt-total">
          <span class="muted small">{t("total")}</span> <b class="number">{quantity(totalOf(line), level.unit)}</b>
          {value && <span class="muted number">{money(value)}</span>}
        </p>
      </div>
    </li>
  );
}

type FieldProps = {
  readonly id: string;
  readonly label: string;
  readonly value: number;
  readonly read: (text: string) => number | undefined;
  readonly onValue: (value: number) => void;
};

function NumberField({ id, label, value, read, onValue }: FieldProps) {
  return (
    <label class="field" for={id}>
      {label}
      <NumberInput id={id} defaultValue={value ? String(value) : ""} read={read} onValue={(to) => onValue(to ?? 0)} />
    </label>
  );
}

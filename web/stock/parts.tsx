/** Components that several tabs of the stock screen share. */
import { useSignal } from "@preact/signals";
import { isWrong } from "../lib/units";
import type { Level } from "./state";
import { t } from "./texts";

const signs = { ok: "✓", low: "▼", out: "✕" } as const;
const looks = { ok: "good", low: "warn", out: "bad" } as const;

export function StateChip({ state }: { state: Level["state"] }) {
  return (
    <span class={`chip ${looks[state]}`}>
      <span aria-hidden="true">{signs[state]}</span>
      {t(`state_${state}`)}
    </span>
  );
}

type SearchProps = { readonly label: string; readonly value: string; readonly onSearch: (words: string) => void };

export function Search({ label, value, onSearch }: SearchProps) {
  return (
    <input
      class="search"
      type="search"
      aria-label={label}
      placeholder={label}
      value={value}
      onInput={({ currentTarget }) => onSearch(currentTarget.value)}
    />
  );
}

export function Empty({ title, text }: { title: string; text: string }) {
  return (
    <p class="empty">
      <strong>{title}</strong>
      {text}
    </p>
  );
}

type NumberProps = {
  /** Of an input in a label of its own. */
  readonly id?: string;
  readonly label?: string;
  readonly defaultValue: string;
  readonly read: (text: string) => number | undefined;
  /** Called with undefined if the text is not an accepted number: the field then looks wrong. */
  readonly onValue: (value: number | undefined) => void;
};

export function NumberInput({ id, label, defaultValue, read, onValue }: NumberProps) {
  const isInvalid = useSignal(false);
  return (
    <input
      id={id}
      aria-label={label}
      aria-invalid={isInvalid.value}
      inputMode="decimal"
      autocomplete="off"
      defaultValue={defaultValue}
      onInput={({ currentTarget: { value: text } }) => {
        const value = read(text);
        isInvalid.value = isWrong(text, value);
        onValue(value);
      }}
    />
  );
}

type ScaleProps = {
  readonly label: string;
  readonly units: readonly { readonly unit: string }[];
  readonly value: number;
  readonly onChange: (index: number) => void;
};

/** The unit in which a quantity is typed; plain text if there is no choice. */
export function ScaleChoice({ label, units, value, onChange }: ScaleProps) {
  if (units.length < 2) return <span class="unit">{units[0]?.unit}</span>;
  return (
    <select
      class="unit"
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
    >
      {units.map(({ unit }, index) => (
        <option key={unit} value={index}>
          {unit}
        </option>
      ))}
    </select>
  );
}

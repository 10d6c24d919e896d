/** Small charts as SVG: attributes and classes only, because the content security policy forbids inline styles. */

export type Part = { readonly name: string; readonly label: string; readonly value: number };

/** Parts of a whole in one bar, such as open orders by status. Coloured by the class `part-{name}`. */
export function StackedBar({ parts, most }: { parts: readonly Part[]; most: number }) {
  const label = parts.map((part) => `${part.label} ${part.value}`).join(", ");
  let start = 0;
  return (
    <svg class="stacked-bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="bar-track" width="100" height="10" />
      {parts.map(({ name, label: title, value }) => {
        const width = (100 * value) / Math.max(most, 1);
        const x = start;
        start += width;
        return (
          <rect key={name} class={`part-${name}`} x={x} width={width} height="10">
            <title>{`${title} ${value}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

/** Columns for equal spans of time, the latest at the end. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(1, ...values);
  const width = 100 / Math.max(values.length, 1);
  return (
    <svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label={label}>
      {values.map((value, index) => {
        const height = value === 0 ? 0.5 : (24 * value) / most;
        return <rect key={index} x={index * width} y={24 - height} width={width * 0.75} height={height} />;
      })}
    </svg>
  );
}

export type Bar = {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  readonly text: string;
  /** The parts of the value, drawn and listed in this order. */
  readonly parts?: readonly { readonly label: string; readonly value: number }[];
};

/** Horizontal bars with their text, from a common start: for comparing ranks, not shares. */
export function Bars({ bars, grade }: { bars: readonly Bar[]; grade?: string }) {
  const most = Math.max(1, ...bars.map(({ value }) => Math.abs(value)));
  return (
    <ol class="bars">
      {bars.map(({ key, label, value, text, parts }) => (
        <li key={key}>
          <span class="bar-label">{label}</span>
          <span class="bar-text number">{text}</span>
          <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect class="bar-track" width="100" height="6" />
            <rect class={`bar-fill ${grade ?? ""}`} width={(100 * Math.abs(value)) / most} height="6" />
            {endsOf(parts).map((end) => (
              <rect key={end} class="bar-gap" x={(100 * end) / most} width="1" height="6" />
            ))}
          </svg>
          {parts && <span class="bar-parts">{parts.map((part) => part.label).join(" · ")}</span>}
        </li>
      ))}
    </ol>
  );
}

/** Where one part ends and the next begins. */
function endsOf(parts: Bar["parts"] = []): readonly number[] {
  let end = 0;
  return parts.slice(0, -1).map(({ value }) => {
    end += value;
    return end;
  });
}

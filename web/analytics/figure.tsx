import type { ComponentChildren } from "preact";
import { download, type Table } from "../lib/csv";
import { number } from "../lib/format";
import { t } from "./texts";

type FigureProps = {
  readonly title: string;
  readonly note?: string | undefined;
  readonly table: Table;
  /** The name of the file: its content and its days. */
  readonly file: string;
  readonly empty?: string | false;
  readonly size?: "half" | "full";
  readonly children: ComponentChildren;
};

/** A chart, with its figures as a table and as a file. */
export function Figure({ title, note, table, file, empty, size, children }: FigureProps) {
  return (
    <section class={`card chart ${size ?? ""}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {note && <p class="muted">{note}</p>}
      </header>
      {empty ? (
        <p class="empty">
          <strong>{empty}</strong>
          {t("empty_what")}
        </p>
      ) : (
        <>
          {children}
          <footer>
            <details>
              <summary>{t("table")}</summary>
              <DataTable table={table} title={title} />
            </details>
            <button type="button" onClick={() => download(`${file}.csv`, table)}>
              {t("csv")}
              <span class="visually-hidden">: {title}</span>
            </button>
          </footer>
        </>
      )}
    </section>
  );
}

function DataTable({ table: { columns, rows }, title }: { table: Table; title: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
    <section class="table-scroll" tabIndex={0} aria-label={`${t("table")}: ${title}`}>
      <table>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={column} scope="col" class={typeof rows[0]?.[index] === "number" ? "number" : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place}>
              {row.map((value, index) => (
                <td key={columns[index]} class={typeof value === "number" ? "number" : undefined}>
                  {typeof value === "number" ? number(value, 2) : value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

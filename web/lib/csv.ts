/** Tables, shown below a chart and downloaded as they are. */
export type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | undefined)[])[];
};

/** RFC 4180. Text that a spreadsheet would take for a formula gets a leading apostrophe. */
export function csvOf({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => row.map(field).join(",")).join("\r\n");
}

function field(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function download(name: string, table: Table): void {
  // The byte order mark tells spreadsheets that the text is UTF-8.
  const url = URL.createObjectURL(new Blob(["\uFEFF", csvOf(table)], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

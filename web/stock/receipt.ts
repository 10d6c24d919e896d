/** A delivery: several lines, each of packs or of a loose quantity, booked together. */
import { read, store } from "../lib/stored";
import { scalesOf } from "../lib/units";
import type { Level, Movement } from "./state";
import type { Supplies } from "./supply";

export type ReceiptLine = {
  readonly sku: string;
  /** May be a fraction: half a sack. */
  readonly packs: number;
  /** In the ingredient's unit. */
  readonly packSize: number;
};

export type Receipt = readonly ReceiptLine[];

export function withLine(receipt: Receipt, line: ReceiptLine): Receipt {
  return receipt.some(({ sku }) => sku === line.sku)
    ? receipt.map((old) => (old.sku === line.sku ? line : old))
    : [...receipt, line];
}

export function withoutLine(receipt: Receipt, sku: string): Receipt {
  return receipt.filter((line) => line.sku !== sku);
}

export function totalOf({ packs, packSize }: ReceiptLine): number {
  return Math.round(packs * packSize);
}

export function isBookable(receipt: Receipt): boolean {
  return receipt.length > 0 && receipt.every((line) => totalOf(line) > 0 && Number.isSafeInteger(totalOf(line)));
}

/** @param note such as the number of the delivery */
export function receivedOf(receipt: Receipt, note: string): readonly Movement[] {
  return receipt.map((line) => ({
    sku: line.sku,
    kind: "received",
    quantity: totalOf(line),
    ...(note.trim() && { note: note.trim().slice(0, 200) }),
  }));
}

/** The size last booked on this device, because suppliers rarely change their packs; otherwise the catalogue's. */
export function packSizeOf({ sku, unit, threshold }: Level, supplies: Supplies): number {
  const size = Number(read(`pack.${sku}`));
  if (Number.isSafeInteger(size) && size > 0) return size;
  return supplies[sku]?.pack?.quantity ?? scalesOf(unit, threshold)[0]?.factor ?? 1;
}

export function rememberPacks(receipt: Receipt): void {
  for (const { sku, packSize } of receipt) store(`pack.${sku}`, String(packSize));
}

/** A delivery that is being typed. */
export type Delivery = {
  readonly lines: Receipt;
  /** Such as the number of the delivery. */
  readonly note: string;
};

export const noDelivery: Delivery = { lines: [], note: "" };

export function readDelivery(text: string | undefined): Delivery {
  try {
    const read: unknown = JSON.parse(text ?? "");
    if (typeof read === "object" && read !== null && "lines" in read && "note" in read) return read as Delivery;
  } catch {}
  return noDelivery;
}

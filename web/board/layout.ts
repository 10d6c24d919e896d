/** Layout of the cards: a card does not move while a finger is near, and a long one takes several cells. */
import type { LineGroup } from "./cards";

export type Slot = {
  readonly id: string;
  /** The cells that the card takes, also as a gap. */
  readonly cells: number;
  /** When the card left; the slot is a gap then. */
  readonly goneAt?: number;
};

const calmMs = 2_000;

/**
 * The next arrangement. If the screen was touched less than 2 s ago, the cards stay, and new ones come last. A gap
 * closes when it is 2 s old, and the cards are sorted when no gap is left.
 * @param wanted the cards in order
 */
export function arrange(
  slots: readonly Slot[],
  wanted: readonly Slot[],
  now: number,
  touchedAt: number,
): readonly Slot[] {
  const present = new Map(wanted.map((slot) => [slot.id, slot]));
  const kept = slots.map((slot) => present.get(slot.id) ?? { ...slot, goneAt: slot.goneAt ?? now });
  const isNear = now - touchedAt < calmMs;
  const isYoung = ({ goneAt }: Slot) => goneAt !== undefined && now - goneAt < calmMs;
  if (slots.length === 0 || !(isNear || kept.some(isYoung))) return wanted;
  const known = new Set(slots.map((slot) => slot.id));
  return [
    ...kept.filter((slot) => isNear || slot.goneAt === undefined || isYoung(slot)),
    ...wanted.filter((slot) => !known.has(slot.id)),
  ];
}

export function isSame(slots: readonly Slot[], others: readonly Slot[]): boolean {
  return (
    slots.length === others.length &&
    slots.every((slot, index) => {
      const other = others[index];
      return slot.id === other?.id && slot.cells === other.cells && slot.goneAt === other.goneAt;
    })
  );
}

/** The number of a card's key: 0 if it has none. */
export function tileOf(slots: readonly Slot[], id: string): number {
  return 1 + slots.findIndex((slot) => slot.id === id);
}

/** Height of a cell in rows; a line with nothing below it takes one row. */
const cellRows = 4.2;
/** A card may be slightly longer: a separate cell for one line would be wasteful. */
const cardRows = 5.4;

/** Splits the lines of a card into cells of about the same height; at least one cell. */
export function cellsOf(lines: readonly LineGroup[]): readonly (readonly LineGroup[])[] {
  const total = lines.reduce((sum, line) => sum + rowsOf(line), 0);
  if (total <= cardRows) return [lines];
  const share = total / Math.ceil(total / cellRows);
  const cells: LineGroup[][] = [];
  let rows = 0;
  for (const line of lines) {
    const cell = Math.floor((rows + rowsOf(line) / 2) / share);
    cells[cell] = [...(cells[cell] ?? []), line];
    rows += rowsOf(line);
  }
  return cells.filter((cell) => cell !== undefined);
}

function rowsOf({ name, modifiers, note = [] }: LineGroup): number {
  const wrapped = Math.ceil(name.length / 22) - 1;
  const noted = note.reduce((sum, { text }) => sum + text.length, 0);
  // Allergy notes have larger text.
  const noteRows = Math.ceil(noted / (note.some(({ isAllergy }) => isAllergy) ? 16 : 20));
  return 1 + 0.35 * (Math.max(0, wrapped + modifiers.length - 1) + noteRows);
}

/** What is open on this device's board, and its zoom. */
import { computed, effect, signal } from "@preact/signals";
import { read, store } from "../lib/stored";

export type Panel =
  | { readonly kind: "recall" | "scheduled" | "off" | "settings" | "ready" | "stations" }
  | { readonly kind: "details" | "hand_over"; readonly orderId: string };

export const panel = signal<Panel | undefined>(undefined);
export const isRailOpen = signal(read("rail") === "open");
/** Cards show the numbers of their keys once a key was used; a long card has one number for all its cells. */
export const isNumbered = signal(read("tiles") === "numbered");
export const cleaningUntil = signal(0);

export function open(kind: Exclude<Panel["kind"], "details" | "hand_over">): void {
  panel.value = panel.value?.kind === kind ? undefined : { kind };
}

export function close(): void {
  panel.value = undefined;
}

export const zooms = [80, 90, 100, 115, 130, 145, 160] as const;

export const zoom = signal<number>(zooms.find((one) => String(one) === read("zoom")) ?? 100);

export function zoomBy(steps: number): void {
  const index = zooms.findIndex((one) => one >= zoom.value) + steps;
  zoom.value = zooms[Math.min(zooms.length - 1, Math.max(0, index))] ?? 100;
}

export function applyUiSettings(): void {
  effect(() => {
    document.documentElement.dataset.zoom = String(zoom.value);
    store("zoom", String(zoom.value));
  });
  effect(() => {
    store("rail", isRailOpen.value ? "open" : "closed");
  });
  effect(() => {
    if (isNumbered.value) store("tiles", "numbered");
  });
}

/** The width of the cards' area, in CSS pixels. */
export const gridWidth = signal(0);

const columnRem = 17.5;
const columnsMax = 5;

export function columnsFor(widthPx: number, remPx: number): number {
  return Math.min(columnsMax, Math.max(1, Math.floor(widthPx / (columnRem * remPx))));
}

export const columns = computed(() => columnsFor(gridWidth.value, (16 * zoom.value) / 100));

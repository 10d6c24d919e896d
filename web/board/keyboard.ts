/** Controls the board by keyboard or bump bar. */
import { signal } from "@preact/signals";
import { isForScreen, type KeyMap, keyReader, remapped, storedKeys, storeKeys } from "../lib/keys";
import { type Card, isStartable } from "./cards";
import { finish, start } from "./intents";
import type { BoardModel } from "./model";
import { close, isNumbered, isRailOpen, open, panel } from "./ui";

export const commands = ["bump", "start", "next", "previous", "undo", "allDay"] as const;
export type BoardCommand = (typeof commands)[number];

const defaults: KeyMap<BoardCommand> = {
  bump: ["Enter"],
  start: ["s"],
  next: ["ArrowRight", "ArrowDown"],
  previous: ["ArrowLeft", "ArrowUp"],
  undo: ["Backspace", "-"],
  allDay: ["a"],
};

export const boardKeys = signal(storedKeys("board-keys", defaults));

export function setKey(command: BoardCommand, key: string): void {
  boardKeys.value = remapped(boardKeys.value, command, key);
  storeKeys("board-keys", boardKeys.value);
}

export function listenToKeys(board: BoardModel): void {
  let reader = keyReader(boardKeys.value);
  boardKeys.subscribe((map) => {
    reader = keyReader(map);
  });
  document.addEventListener("keydown", (event) => {
    if (!isForScreen(event) || event.repeat) return;
    const input = reader(event.key);
    if (!input) return;
    event.preventDefault();
    if ("tile" in input) {
      isNumbered.value = true;
      bumpCard(board, cardAt(board, input.tile - 1));
    } else obey(board, input.command);
  });
}

function obey(board: BoardModel, command: BoardCommand): void {
  if (command === "next") select(board, 1);
  else if (command === "previous") select(board, -1);
  else if (command === "bump") bumpCard(board, selected(board));
  else if (command === "start") startCard(board, selected(board));
  else if (command === "undo") undo(board);
  else isRailOpen.value = !isRailOpen.value;
}

function cardAt(board: BoardModel, index: number): Card | undefined {
  const slot = board.slots.value[index];
  return slot && board.cards.value.find((card) => card.order.id === slot.id);
}

function selected(board: BoardModel): Card | undefined {
  const id = document.activeElement?.closest<HTMLElement>("[data-order]")?.dataset.order;
  return board.cards.value.find((card) => card.order.id === id);
}

function select(board: BoardModel, step: number): void {
  const ids = board.slots.value.filter((slot) => slot.goneAt === undefined).map((slot) => slot.id);
  const current = selected(board)?.order.id;
  const from = current === undefined ? (step > 0 ? -1 : ids.length) : ids.indexOf(current);
  const id = ids[Math.min(ids.length - 1, Math.max(0, from + step))];
  if (id) showCard(id);
}

export function showCard(orderId: string): void {
  const element = document.querySelector<HTMLElement>(`[data-order="${orderId}"]`);
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "center" });
}

function bumpCard(board: BoardModel, card: Card | undefined): void {
  if (!card) return;
  const { order } = card;
  if (order.status === "cancelled") board.acknowledge(order.id);
  // Acceptance promises a time, which is chosen on the card.
  if (order.status !== "accepted" && order.status !== "preparing") return;
  board.do(finish(card, board.station), true);
}

function startCard(board: BoardModel, card: Card | undefined): void {
  if (card && isStartable(card, board.station)) board.do(start(card, board.station));
}

function undo(board: BoardModel): void {
  const last = board.held.value[0];
  if (last) board.undo(last);
  else if (panel.value) close();
  else open("recall");
}

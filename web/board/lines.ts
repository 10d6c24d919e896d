/** What a tap on a line does. */
import type { Entry } from "../lib/outbox";
import { isLastOf, type LineGroup } from "./cards";
import { type Action, type Intent, progress } from "./intents";
import type { BoardModel } from "./model";
import type { Order, OrderStatus } from "./state";

/** The effect of a tap: an entry that it takes back, and actions that it performs. */
export type Tap = {
  readonly undo: Entry<Intent> | undefined;
  readonly actions: readonly Action[];
  readonly canUndo: boolean;
};

/**
 * In some kitchens, the last line of an order makes it ready, which is final: the tap is held, and a tap that takes a
 * line back meanwhile is sent before it.
 */
export function tapOf(
  order: Order,
  line: LineGroup,
  station: string | undefined,
  held: readonly Entry<Intent>[],
  readyWhenDone: boolean,
): Tap {
  const to = line.state === "done" ? "waiting" : "done";
  const action = progress(order, line.indices, to, station);
  if (to === "done")
    return { undo: undefined, actions: [action], canUndo: readyWhenDone && isLastOf(order, line.indices) };
  const undo = held.find(({ intent }) => intent.kind === "progress" && intent.orderId === order.id);
  if (undo?.intent.kind !== "progress") return { undo: undefined, actions: [action], canUndo: false };
  const others = undo.intent.lines.filter((index) => !line.indices.includes(index));
  const isOther = others.length === undo.intent.lines.length;
  return {
    undo,
    actions: [
      ...(isOther ? [action] : []),
      ...(others.length > 0 ? [progress(order, others, undo.intent.to, station)] : []),
    ],
    canUndo: false,
  };
}

/**
 * The status that an order will have after the unsent taps: in some kitchens, its last line makes it ready.
 * @param known the order as the server has it
 */
export function statusOf(order: Order, known: Order | undefined, readyWhenDone: boolean): OrderStatus {
  const isMadeHere = readyWhenDone && isLastOf(order, []) && !(known && isLastOf(known, []));
  return isMadeHere && order.status === "preparing" ? "ready" : order.status;
}

export function tapLine(board: BoardModel, order: Order, line: LineGroup): void {
  const { undo, actions, canUndo } = tapOf(order, line, board.station, board.held.peek(), isReadyWhenDone(board));
  if (undo) board.undo(undo);
  for (const action of actions) board.do(action, canUndo);
}

export function isReadyWhenDone({ catalogue }: BoardModel): boolean {
  return catalogue.peek().kitchen?.times.readyWhenDone ?? false;
}

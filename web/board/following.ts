/** Keeps the state of a board true: snapshot, events, and what neither says. */
import { batch, effect, signal } from "@preact/signals";
import { type Live, type LiveEvent, live, type SnapshotKind } from "../lib/live";
import { createChime } from "./arrivals";
import { loadCatalogue } from "./catalogue";
import { type Core, readOrder } from "./core";
import { readMenu } from "./menu";
import { forget } from "./remembered";
import { apply, type Board, differences, replace } from "./state";

const readAgainMs = 5_000;
/** After hours without a network all the orders that were on the board may be gone. */
const readingMax = 4;
const differencesMax = 20;
const streamTypes = "order.*,kitchen.mode_changed,catalogue.changed";

export function follow(core: Core): Live {
  const { kitchenId, api, phase, onSignedOut, clock, remembered } = core;
  readUnread(core);
  const named = readNames(core);
  const chime = createChime(core);
  return live<Board>({
    snapshot: (abort) => api.get(`/v1/kitchens/${kitchenId}/board`, abort),
    streamPath: `/v1/events?kitchenId=${kitchenId}&types=${streamTypes}`,
    onSnapshot: (board, later, kind) => {
      takeSnapshot(core, board, later, kind);
      chime(kind === "resumed");
      if (kind !== "first") void readNames(core);
      else void named.then((isRead) => isRead || readNames(core));
    },
    onEvent: (event) => {
      takeEvent(core, event);
      chime(true);
    },
    onRefused: ({ problem }) => {
      if (problem.status === 401) onSignedOut();
      else {
        phase.value = "refused";
        forget(kitchenId);
      }
    },
    clock,
    heardAt: remembered?.heardAt,
  });
}

export function takeSnapshot(core: Core, board: Board, later: readonly LiveEvent[], kind: SnapshotKind): void {
  const { state, phase } = core;
  const before = state.peek();
  const expected = later.reduce(apply, replace(before, board));
  if (kind === "compared") compared(core, board.asOf, differences(before, expected, Date.parse(board.now)));
  batch(() => {
    state.value = expected;
    phase.value = "shown";
  });
}

/** False if they could not be read: ids are shown instead until the next snapshot. */
async function readNames(core: Core): Promise<boolean> {
  try {
    core.catalogue.value = await loadCatalogue(core.api, core.kitchenId);
    // Without it an item can still be taken off, once the network is there.
    readMenu(core).catch(() => undefined);
    return true;
  } catch {
    return false;
  }
}

function compared({ api, kitchenId, differences }: Core, asOf: string, found: readonly string[]): void {
  if (found.length === 0) return;
  for (const one of found) console.error(`The board is wrong: ${one}`);
  differences.value = [...found, ...differences.peek()].slice(0, differencesMax);
  const body = { screen: "board", position: Number(asOf), differences: found.slice(0, differencesMax) };
  // Tried once: the next comparison finds what is still wrong.
  api.send({ method: "POST", path: `/v1/kitchens/${kitchenId}/differences`, body }).catch(() => undefined);
}

function takeEvent({ state, catalogue }: Core, event: LiveEvent): void {
  state.value = apply(state.peek(), event);
  const isOfMenu = event.type === "catalogue.changed" && String(event.data.path).includes("/items/");
  if (isOfMenu) catalogue.value = { ...catalogue.peek(), menuVersion: catalogue.peek().menuVersion + 1 };
}

/** Reads each order once at a time; one that fails after a pause, however many events come meanwhile. */
export function readUnread(core: Core): void {
  const reading = new Set<string>();
  const ended = signal(0);
  const end = (id: string) => {
    reading.delete(id);
    ended.value += 1;
  };
  effect(() => {
    void ended.value;
    for (const id of core.state.value.unread) {
      if (reading.has(id) || reading.size >= readingMax) continue;
      reading.add(id);
      void readOrder(core, id).then((order) => {
        if (order) end(id);
        else setTimeout(() => end(id), readAgainMs);
      });
    }
  });
}

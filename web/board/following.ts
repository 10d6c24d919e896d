/** Keeps a board's state current, from snapshots, events, and reads of what neither contains. */
import { batch, effect, signal } from "@preact/signals";
import { Refused } from "../lib/api";
import { type Difference, differencesMax, type Fold, report, taken } from "../lib/comparison";
import { afterPaint, whenIdle } from "../lib/later";
import { type Live, type LiveEvent, live, type SnapshotKind } from "../lib/live";
import { createChime } from "./arrivals";
import { loadCatalogue } from "./catalogue";
import { type Core, readOrder } from "./core";
import { readMenu } from "./menu";
import { forget } from "./remembered";
import { apply, type Board, type BoardState, differences, emptyBoard, replace } from "./state";

const readAgainMs = 5_000;
/** Maximum concurrent reads: after hours without a network, all orders of the board may have to be read. */
const readingMax = 4;
const streamTypes = "order.*,kitchen.mode_changed,catalogue.changed";

export function follow(core: Core): Live {
  const { kitchenId, api, phase, onSignedOut, clock, remembered } = core;
  readUnread(core);
  const chime = createChime(core);
  const readNames = createNames(core);
  return live<Board>({
    snapshot: (abort) => api.get(`/v1/kitchens/${kitchenId}/board`, abort),
    streamPath: `/v1/events?kitchenId=${kitchenId}&types=${streamTypes}`,
    onSnapshot: (board, later, kind) => {
      takeSnapshot(core, board, later, kind);
      chime(kind);
      // The cards first: a slow tablet takes as long for the names as for the cards.
      afterPaint(readNames);
    },
    onEvent: (event) => {
      takeEvent(core, event);
      chime("event");
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
  const next = taken(foldOf(core.kitchenId), state.peek(), board, later, kind);
  batch(() => {
    state.value = next.state;
    phase.value = "shown";
  });
  compared(core, board, next.found);
}

function foldOf(kitchenId: string): Fold<BoardState, Board> {
  return {
    begin: (board, before = emptyBoard) => replace(before, board),
    apply,
    differences: (...states) => differences(...states).map((what) => ({ kitchenId, what })),
  };
}

/** Reads the names, one read at a time. Until then ids are shown; a failed read is retried unless refused for good. */
function createNames(core: Core): () => Promise<void> {
  let isReading = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  return async function readNames() {
    if (isReading) return;
    isReading = true;
    clearTimeout(retry);
    try {
      core.catalogue.value = await loadCatalogue(core.api, core.kitchenId);
      // If this fails, an item can still be taken off once the network is back.
      whenIdle(() => readMenu(core).catch(() => undefined));
    } catch (failure) {
      if (!(failure instanceof Refused) || failure.isTransient) retry = setTimeout(readNames, readAgainMs);
    } finally {
      isReading = false;
    }
  };
}

function compared({ api, differences }: Core, board: Board, found: readonly Difference[]): void {
  report(api, "board", board, found);
  differences.value = [...found.map(({ what }) => what), ...differences.peek()].slice(0, differencesMax);
}

function takeEvent({ state, catalogue }: Core, event: LiveEvent): void {
  state.value = apply(state.peek(), event);
  const isOfMenu = event.type === "catalogue.changed" && String(event.data.path).includes("/items/");
  if (isOfMenu) catalogue.value = { ...catalogue.peek(), menuVersion: catalogue.peek().menuVersion + 1 };
}

/** Reads unread orders, none twice at once. A failed read is retried after a pause, however many events arrive. */
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

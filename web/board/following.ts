/** Keeps the state of a board true: snapshot, events, and what neither says. */
import { batch, effect, signal } from "@preact/signals";
import { type Live, type LiveEvent, live, type SnapshotKind } from "../lib/live";
import { read, store } from "../lib/stored";
import { loadCatalogue } from "./catalogue";
import { type Core, readOrder } from "./core";
import { apply, type Board, type BoardState, differences, isInKitchen, type Order, replace } from "./state";

const readAgainMs = 5_000;
const missedMax = 40;
const shownForMs = 6 * 3_600_000;
const streamTypes = "order.*,kitchen.mode_changed,catalogue.changed";

export function follow(core: Core): Live {
  const { kitchenId, api, phase, onSignedOut, clock } = core;
  readUnread(core);
  rememberShown(core);
  return live<Board>({
    snapshot: (abort) => api.get(`/v1/kitchens/${kitchenId}/board`, abort),
    streamPath: `/v1/events?kitchenId=${kitchenId}&types=${streamTypes}`,
    onSnapshot: (board, later, kind) => takeSnapshot(core, board, later, kind),
    onEvent: (event) => takeEvent(core, event),
    onRefused: ({ problem }) => {
      if (problem.status === 401) onSignedOut();
      else phase.value = "refused";
    },
    clock,
  });
}

function takeSnapshot(core: Core, board: Board, later: readonly LiveEvent[], kind: SnapshotKind): void {
  const { state, phase, catalogue, api, kitchenId } = core;
  const before = state.peek();
  const expected = later.reduce(apply, replace(before, board));
  if (kind === "compared") {
    for (const one of differences(before, expected, Date.parse(board.now))) console.error(`The board is wrong: ${one}`);
  }
  // Found first: what is shown from now on replaces it.
  const gone = kind === "first" ? missed(kitchenId, expected, Date.now()) : [];
  batch(() => {
    state.value = expected;
    phase.value = "shown";
  });
  for (const id of gone) void readOrder(core, id).then((order) => showIfCancelled(core, order));
  loadCatalogue(api, kitchenId).then(
    (loaded) => {
      catalogue.value = loaded;
    },
    // Ids are shown instead of names until the next snapshot.
    () => {},
  );
}

function takeEvent({ state, sounds, catalogue }: Core, event: LiveEvent): void {
  state.value = apply(state.peek(), event);
  if (isArrival(event)) sounds.play("arrival");
  const isOfMenu = event.type === "catalogue.changed" && String(event.data.path).includes("/items/");
  if (isOfMenu) catalogue.value = { ...catalogue.peek(), menuVersion: catalogue.peek().menuVersion + 1 };
}

// A scheduled order arrives at the cook when it is released.
function isArrival({ type, data }: LiveEvent): boolean {
  return (type === "order.placed" && !("schedule" in data)) || type === "order.released";
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
      if (reading.has(id)) continue;
      reading.add(id);
      void readOrder(core, id).then((order) => {
        if (order) end(id);
        else setTimeout(() => end(id), readAgainMs);
      });
    }
  });
}

// Cancelled while this screen was off.
function showIfCancelled({ state }: Core, order: Order | undefined): void {
  if (order?.status !== "cancelled") return;
  state.value = { ...state.peek(), orders: new Map(state.peek().orders).set(order.id, order) };
}

/** Stores the ids of what the cook sees, and nothing else, for {@link missed}. */
function rememberShown({ state, phase, kitchenId }: Core): void {
  effect(() => {
    const shown = [...state.value.orders.values()].filter((one) => isInKitchen(one) || one.status === "cancelled");
    const ids = shown.map((one) => one.id);
    if (phase.value === "shown") store(`shown.${kitchenId}`, JSON.stringify({ at: Date.now(), ids }));
  });
}

function missed(kitchenId: string, state: BoardState, now: number): readonly string[] {
  try {
    const { at, ids } = JSON.parse(read(`shown.${kitchenId}`) ?? "{}") as { at: number; ids: string[] };
    return now - at < shownForMs ? ids.filter((id) => !state.orders.has(id)).slice(-missedMax) : [];
  } catch {
    return [];
  }
}

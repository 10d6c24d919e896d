/** State shared by the parts of a board, including its notices and differences. */
import { type Signal, signal } from "@preact/signals";
import { type Api, Refused } from "../lib/api";
import type { ServerClock } from "../lib/clock";
import type { Sounds } from "../lib/sound";
import type { Station } from "./cards";
import { type Catalogue, emptyCatalogue } from "./catalogue";
import type { Remembered } from "./remembered";
import { acknowledge, type BoardState, emptyBoard, type Order, take } from "./state";

export type BoardOptions = {
  readonly kitchenId: string;
  readonly station: Station;
  readonly api: Api;
  readonly clock: ServerClock;
  readonly sounds: Sounds;
  /** Shown until the server has answered. */
  readonly remembered?: Remembered | undefined;
  readonly onSignedOut: () => void;
};

/** A message that the board shows until it is dismissed or some time has passed. */
export type Notice = {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly number?: number;
  readonly detail?: string;
  readonly at: number;
};
export type NoticeKind = "refused" | "not_durable" | "plain_http";

export type Core = BoardOptions & {
  readonly state: Signal<BoardState>;
  readonly phase: Signal<"loading" | "shown" | "refused">;
  readonly catalogue: Signal<Catalogue>;
  readonly notices: Signal<readonly Notice[]>;
  /** What comparisons have found: each difference is a defect. */
  readonly differences: Signal<readonly string[]>;
};

export function createCore(options: BoardOptions): Core {
  const { remembered } = options;
  return {
    ...options,
    state: signal(remembered?.state ?? emptyBoard),
    phase: signal(remembered ? "shown" : "loading"),
    catalogue: signal(remembered?.catalogue ?? emptyCatalogue),
    notices: signal([]),
    differences: signal([]),
  };
}

export function notice(core: Core, kind: NoticeKind, more: { number?: number; detail?: string } = {}): void {
  const known = core.notices.peek();
  const id = 1 + Math.max(0, ...known.map((one) => one.id));
  core.notices.value = [...known, { id, kind, at: core.clock.now(), ...more }];
}

/** Reads an order and shows it; undefined if it cannot be read now. */
export async function readOrder({ api, state, onSignedOut }: Core, id: string): Promise<Order | undefined> {
  try {
    const order = await api.get<Order>(`/v1/orders/${id}`);
    state.value = take(state.peek(), order);
    return order;
  } catch (failure) {
    const status = failure instanceof Refused && !failure.isTransient ? failure.problem.status : undefined;
    // Erased, or no longer this kitchen's.
    if (status === 404) state.value = acknowledge(state.peek(), id);
    if (status === 401) onSignedOut();
    return undefined;
  }
}

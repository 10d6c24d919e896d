/** Takes snapshots into a state that events continue. If one should equal the state but differs, that is a defect. */
import type { Api, Schemas } from "./api";
import type { LiveEvent, Snapshot, SnapshotKind } from "./live";

/** What was wrong, in lower-case words and ids: it is logged, so it contains no names and no notes. */
export type Difference = { readonly kitchenId: string; readonly what: string };

/** How the state of a screen follows from a snapshot and the events after it. Pure. */
export type Fold<State, S extends Snapshot> = {
  readonly begin: (snapshot: S, before: State | undefined) => State;
  readonly apply: (state: State, event: LiveEvent) => State;
  readonly differences: (actual: State, expected: State, now: number) => readonly Difference[];
};

export type Taken<State> = {
  readonly state: State;
  /** For a comparison: the differences of the state before it. */
  readonly found: readonly Difference[];
};

export function taken<State, S extends Snapshot>(
  fold: Fold<State, S>,
  before: State | undefined,
  snapshot: S,
  later: readonly LiveEvent[],
  kind: SnapshotKind,
): Taken<State> {
  const state = later.reduce(fold.apply, fold.begin(snapshot, before));
  const isComparable = kind === "compared" && before !== undefined;
  return { state, found: isComparable ? fold.differences(before, state, Date.parse(snapshot.now)) : [] };
}

type Known = { readonly kitchenId: string; readonly version: number };

/**
 * Differences between the orders that a state has and those that it should have.
 * @param isCut only some of the orders were read, and which ones depends on the time
 */
export function orderDifferences<O extends Known>(
  actual: ReadonlyMap<string, O>,
  expected: ReadonlyMap<string, O>,
  { fingerprint, isExempt, isCut = false }: OrderRules<O>,
): readonly Difference[] {
  return [...new Set([...actual.keys(), ...expected.keys()])].flatMap((id) => {
    const [one, other] = [actual.get(id), expected.get(id)];
    const { kitchenId, version } = one ?? other ?? { kitchenId: "", version: 0 };
    if (isExempt(id, one, other)) return [];
    if (!one || !other)
      return isCut ? [] : [{ kitchenId, what: `order ${id} is ${one ? "open here only" : "missing here"}` }];
    return fingerprint(one) === fingerprint(other)
      ? []
      : [{ kitchenId, what: `order ${id} differs at version ${version}` }];
  });
}

type OrderRules<O> = {
  readonly fingerprint: (order: O) => string;
  readonly isExempt: (id: string, one: O | undefined, other: O | undefined) => boolean;
  readonly isCut?: boolean;
};

/** For one kitchen. */
export const differencesMax = 20;

/** Tries once: the next comparison finds remaining differences. */
export function report(
  api: Api,
  screen: Schemas["ComparedScreen"],
  { asOf }: Snapshot,
  found: readonly Difference[],
): void {
  const byKitchen = new Map<string, string[]>();
  for (const { kitchenId, what } of found) byKitchen.set(kitchenId, [...(byKitchen.get(kitchenId) ?? []), what]);
  for (const [kitchenId, all] of byKitchen) {
    const differences = all.slice(0, differencesMax);
    for (const one of differences) console.error(`The ${screen} screen was wrong: ${one}`);
    const body = { screen, position: Number(asOf), differences };
    api.send({ method: "POST", path: `/v1/kitchens/${kitchenId}/differences`, body }).catch(() => undefined);
  }
}

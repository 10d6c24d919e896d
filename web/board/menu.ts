/** The items and extras that can be taken off the menu, as this device last read them. */
import type { Api, Schemas } from "../lib/api";
import type { ServerClock } from "../lib/clock";
import { isOn } from "../lib/menu";
import { type Aged, recall, remember } from "../lib/remembered";
import type { Intent } from "./intents";

type Menu = Pick<Schemas["MenuView"], "data" | "mode">;

export type OffItem = Omit<Schemas["MenuModifier"], "price"> & { readonly brandId: string; readonly isExtra: boolean };

export type KnownMenu = {
  readonly items: readonly OffItem[];
  /** When they were read, if that was not just now. */
  readonly asOf?: number;
};

/** Lists each extra once, with the brand of its first item. A pause alone does not make an item count as off. */
export function offItemsOf({ data, mode }: Menu): readonly OffItem[] {
  const items = new Map<string, OffItem>();
  for (const { modifiers, price, description, ...item } of data)
    items.set(item.itemId, { ...item, available: isOn(item, mode), isExtra: false });
  for (const { brandId, modifiers } of data) {
    for (const { price, ...extra } of modifiers) {
      if (items.has(extra.itemId)) continue;
      items.set(extra.itemId, { ...extra, available: isOn(extra, mode), brandId, isExtra: true });
    }
  }
  return [...items.values()];
}

/** The menu as it will be once the unsent taps are sent. */
export function withPendingOffs(menu: readonly OffItem[], intents: readonly Intent[]): readonly OffItem[] {
  const taps = new Map(intents.flatMap((one) => (one.kind === "availability" ? [[one.itemId, one] as const] : [])));
  return menu.map((item) => {
    const tap = taps.get(item.itemId);
    if (!tap) return item;
    const { until, offBy, ...rest } = item;
    return { ...rest, available: tap.available, ...(tap.until !== undefined && { until: tap.until }) };
  });
}

type Stored = Aged & { readonly items: readonly OffItem[] };
type Reading = { readonly api: Api; readonly kitchenId: string; readonly clock: ServerClock };

/** Reads the menu and stores it on the device, without the names of staff, for a rush without a network. */
export async function readMenu({ api, kitchenId, clock }: Reading): Promise<readonly OffItem[]> {
  const menu = await api.get<Schemas["MenuView"]>(`/v1/kitchens/${kitchenId}/menu`);
  const items = offItemsOf(menu);
  const heardAt = clock.now();
  const unnamed = items.map(({ offBy, ...item }) => item);
  const shown: Stored = { heardAt, offsetMs: heardAt - Date.now(), items: unnamed };
  remember(nameOf(kitchenId), shown);
  return items;
}

/** Undefined if the stored menu is from another shift, or has another format. */
export function recallMenu(kitchenId: string): KnownMenu | undefined {
  return recall(nameOf(kitchenId), Date.now(), ({ items, heardAt }: Stored) => ({
    items: items.map((item) => ({ ...item })),
    asOf: heardAt,
  }));
}

// Signing out removes it with the rest of the board.
function nameOf(kitchenId: string): string {
  return `board.${kitchenId}.menu`;
}

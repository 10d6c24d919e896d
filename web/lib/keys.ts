/** Keys of a screen: a bump bar is a keyboard. The map can be changed on each device. */
import { read, store } from "./stored";

/** Keys by command, as `KeyboardEvent.key` names them. */
export type KeyMap<C extends string> = Readonly<Record<C, readonly string[]>>;

export type KeyInput<C extends string> = { readonly command: C } | { readonly tile: number };

/** What a key press means: a command, or the number of a tile. */
export type KeyReader<C extends string> = (key: string) => KeyInput<C> | undefined;

/** A 0 is dropped if no digit follows within this time. */
const secondDigitMs = 2_000;

/**
 * 1 to 9 select the first tiles; 0 followed by a digit selects a tile from 10 on.
 * Commands take precedence: a bump bar may use a digit for one.
 */
export function keyReader<C extends string>(map: KeyMap<C>): KeyReader<C> {
  let zeroAt: number | undefined;
  return (key) => {
    const isSecondDigit = zeroAt !== undefined && Math.abs(Date.now() - zeroAt) < secondDigitMs;
    zeroAt = undefined;
    const command = commandOf(map, key);
    if (command !== undefined) return { command };
    if (!/^\d$/.test(key)) return undefined;
    if (isSecondDigit) return { tile: 10 + Number(key) };
    if (key !== "0") return { tile: Number(key) };
    zeroAt = Date.now();
    return undefined;
  };
}

function commandOf<C extends string>(map: KeyMap<C>, key: string): C | undefined {
  return (Object.keys(map) as C[]).find((command) => map[command].includes(key));
}

/** Assigns another key to a command, and removes it from the command that had it. */
export function remapped<C extends string>(map: KeyMap<C>, command: C, key: string): KeyMap<C> {
  const entries = (Object.keys(map) as C[]).map((one) => {
    const keys = map[one].filter((other) => other !== key);
    return [one, one === command ? [key] : keys] as const;
  });
  return Object.fromEntries(entries) as unknown as KeyMap<C>;
}

/** The map of this device: its stored keys for existing commands, over the defaults. */
export function storedKeys<C extends string>(name: string, defaults: KeyMap<C>): KeyMap<C> {
  const found: Record<string, readonly string[]> = {};
  try {
    const value = JSON.parse(read(name) ?? "{}") as Record<string, unknown>;
    for (const command of Object.keys(defaults)) {
      const keys = value[command];
      if (Array.isArray(keys) && keys.every((key) => typeof key === "string")) found[command] = keys;
    }
  } catch {}
  return { ...defaults, ...found };
}

export function storeKeys<C extends string>(name: string, map: KeyMap<C>): void {
  store(name, JSON.stringify(map));
}

/** False for keys typed into a field or dialog, and for keys that a focused button or link handles itself. */
export function isForScreen(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest("input, select, textarea, [role=dialog]")) return false;
  return !((event.key === "Enter" || event.key === " ") && target?.closest("button, a"));
}

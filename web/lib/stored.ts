/** Settings of this device. If storage is full or forbidden (a private window), they last as long as the page. */
export function stored<T extends string>(name: string, allowed: readonly T[]): T | undefined {
  const text = read(name);
  return allowed.find((one) => one === text);
}

export function read(name: string): string | undefined {
  try {
    return localStorage.getItem(`tiffin.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** False if the browser refused: a screen must show data that may not be lost as not saved. */
export function store(name: string, text: string): boolean {
  try {
    localStorage.setItem(`tiffin.${name}`, text);
    return true;
  } catch {
    return false;
  }
}

/** Removes everything that screens have stored under names with this prefix. */
export function erase(prefix: string): void {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(`tiffin.${prefix}`)) localStorage.removeItem(name);
    }
  } catch {}
}

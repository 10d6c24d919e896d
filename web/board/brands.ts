/** A colour for each brand, by its id: the same on every screen, and none to configure. */

/** Classes brand-0 to brand-11 in board.css, each with white text at a contrast of 4.5 or more. */
const colours = 12;

export function brandClass(brandId: string): string {
  let hash = 2_166_136_261;
  for (let index = 0; index < brandId.length; index++)
    hash = Math.imul(hash ^ brandId.charCodeAt(index), 16_777_619) >>> 0;
  return `brand-${hash % colours}`;
}

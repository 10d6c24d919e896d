/** A colour for each brand of a kitchen: the same on all its screens, without configuration. */

/** Classes brand-0 to brand-11 in card.css, each with white text at a contrast of 4.5 or more. */
const colours = 12;
/** The classes are in spectrum order: this step gives a kitchen with few brands colours that are far apart. */
const step = 5;

/** @param brands the kitchen's brands: up to twelve have distinct colours. Another brand gets a colour by its id. */
export function brandClasses(brands: readonly string[] = []): (brandId: string) => string {
  const sorted = [...brands].sort();
  return (brandId) => {
    const place = sorted.indexOf(brandId);
    return `brand-${(place < 0 ? hashOf(brandId) : place * step) % colours}`;
  };
}

function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619) >>> 0;
  return hash;
}

/** Words in a customer's note that a cook must not overlook. */
import { signal } from "@preact/signals";

/** The chain's own words, besides those below; with `*` at the end, words that begin so. */
export const chainWords = signal<readonly string[]>([]);

const words = [
  // English. Stems: "allerg" finds allergy, allergies and allergic.
  "allerg",
  "anaphyla",
  "epipen",
  "intoleran",
  "peanut",
  "groundnut",
  "nuts",
  "nut",
  "cashew",
  "almond",
  "pistachio",
  "walnut",
  "gluten",
  "wheat",
  "coeliac",
  "celiac",
  "lactose",
  "dairy",
  "milk",
  "egg",
  "eggs",
  "soy",
  "soya",
  "sesame",
  "mustard",
  "shellfish",
  "prawn",
  "fish",
  "jain",
  "vegan",
  // Hindi.
  "एलर्जी",
  "मूंगफली",
  "मेवा",
  "काजू",
  "बादाम",
  "ग्लूटेन",
  "गेहूं",
  "दूध",
  "अंडा",
  "सोया",
  "तिल",
  "सरसों",
  "मछली",
  "झींगा",
  "जैन",
] as const;

const stems = new Set<string>(["allerg", "anaphyla", "intoleran", "peanut", "groundnut", "cashew", "almond", "prawn"]);

export type NotePart = { readonly text: string; readonly isAllergy: boolean };

/** The note in parts, so that a view can mark the words; without one, a single part. */
export function partsOf(note: string): readonly NotePart[] {
  return note
    .split(/([\p{L}\p{M}]+)/u)
    .filter((text) => text !== "")
    .reduce<NotePart[]>((parts, text) => {
      const isAllergy = isAllergyWord(text);
      const last = parts[parts.length - 1];
      if (last && last.isAllergy === isAllergy) parts[parts.length - 1] = { text: last.text + text, isAllergy };
      else parts.push({ text, isAllergy });
      return parts;
    }, []);
}

export function hasAllergy(note: string): boolean {
  return partsOf(note).some((part) => part.isAllergy);
}

function isAllergyWord(text: string): boolean {
  const word = folded(text);
  return (
    words.some((one) => (stems.has(one) ? word.startsWith(one) : word === folded(one))) ||
    chainWords.value.some((one) =>
      one.endsWith("*") ? word.startsWith(folded(one.slice(0, -1))) : word === folded(one),
    )
  );
}

function folded(text: string): string {
  return text.toLowerCase().normalize("NFC");
}

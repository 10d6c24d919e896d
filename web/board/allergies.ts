/** Words in a customer's note that a cook must not overlook. */
const words = [
  // English. A * at the end matches any ending: "allerg*" finds allergy, allergies and allergic.
  "allerg*",
  "anaphyla*",
  "epipen",
  "intoleran*",
  "peanut*",
  "groundnut*",
  "nuts",
  "nut",
  "cashew*",
  "almond*",
  "pistachio*",
  "walnut*",
  "hazelnut*",
  "gluten",
  "wheat",
  "coeliac",
  "celiac",
  "lactose",
  "dairy",
  "milk",
  "egg",
  "eggs",
  "eggless",
  "soy",
  "soya",
  "sesame",
  "mustard",
  "shellfish",
  "prawn*",
  "shrimp*",
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
  "अंडे",
  "अंडों",
  "सोया",
  "तिल",
  "सरसों",
  "मछली",
  "झींगा",
  "जैन",
] as const;

const isKnown = finderOf(words);

export type NotePart = { readonly text: string; readonly isAllergy: boolean };

/**
 * Splits a note into parts, so that a view can mark the words; without such a word, a single part.
 * @param own the chain's words, in addition to those above
 */
export function partsOf(note: string, own: readonly string[] = []): readonly NotePart[] {
  const isOwn = finderOf(own);
  return note
    .split(/([\p{L}\p{M}]+)/u)
    .filter((text) => text !== "")
    .reduce<NotePart[]>((parts, text) => {
      const word = folded(text);
      const isAllergy = isKnown(word) || isOwn(word);
      const last = parts[parts.length - 1];
      if (last && last.isAllergy === isAllergy) parts[parts.length - 1] = { text: last.text + text, isAllergy };
      else parts.push({ text, isAllergy });
      return parts;
    }, []);
}

/** Folds the list once: a full board has hundreds of words in its notes. */
function finderOf(list: readonly string[]): (word: string) => boolean {
  const starts = list.filter((one) => one.endsWith("*")).map((one) => folded(one.slice(0, -1)));
  const whole = new Set(list.map(folded));
  return (word) => whole.has(word) || starts.some((start) => word.startsWith(start));
}

// In Hindi, a nasal vowel can be written with a dot or with a half moon: मूंगफली, मूँगफली.
function folded(text: string): string {
  return text.toLowerCase().normalize("NFC").replaceAll("ँ", "ं");
}

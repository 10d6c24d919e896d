import { describe, expect, it } from "vitest";
import { partsOf } from "./allergies";

const hasAllergy = (note: string) => partsOf(note).some((part) => part.isAllergy);

describe("words of allergies", () => {
  it.each(["no walnuts", "pistachios", "hazelnut", "shrimp", "eggless only", "अंडे नहीं", "मूँगफली मत डालना"])(
    "are found in “%s”, however they are written",
    (note) => expect(hasAllergy(note)).toBe(true),
  );

  it.each(["No PEANUTS please", "allergic to shellfish", "Nut allergy!", "मूंगफली से एलर्जी है", "jain food only"])(
    "are found in “%s”",
    (note) => expect(hasAllergy(note)).toBe(true),
  );

  it.each(["extra spicy", "ring the doorbell twice", "add coconut", "nutmeg on top", "eggplant well done"])(
    "are not seen in “%s”",
    (note) => expect(hasAllergy(note)).toBe(false),
  );

  it("include those of the chain, as whole words or as prefixes", () => {
    const note = "Kosher, low fodmaps, no kosherish";
    expect(hasAllergy(note)).toBe(false);
    expect(
      partsOf(note, ["kosher", "FODMAP*"])
        .filter((part) => part.isAllergy)
        .map((part) => part.text),
    ).toEqual(["Kosher", "fodmaps"]);
  });

  it("are marked in the note without losing any of its text", () => {
    const note = "No peanuts, and no milk — <b>please</b>.";
    expect(
      partsOf(note)
        .map((part) => part.text)
        .join(""),
    ).toBe(note);
    expect(
      partsOf(note)
        .filter((part) => part.isAllergy)
        .map((part) => part.text),
    ).toEqual(["peanuts", "milk"]);
  });
});

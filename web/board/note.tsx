import { hasAllergy, partsOf } from "./allergies";
import { Icon } from "./icons";
import { t } from "./texts";

/** A customer's note, never cut; words of allergies are marked. */
export function Note({ note }: { note: string }) {
  const isAllergy = hasAllergy(note);
  return (
    <span class={isAllergy ? "note allergic" : "note"}>
      <Icon name={isAllergy ? "allergy" : "note"} />
      <span>
        <span class="visually-hidden">{isAllergy ? t("allergy") : t("note")}: </span>
        {partsOf(note).map((part, index) =>
          part.isAllergy ? (
            <strong key={index} class="allergy-word">
              {part.text}
            </strong>
          ) : (
            part.text
          ),
        )}
      </span>
    </span>
  );
}

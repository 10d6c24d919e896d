import type { NotePart } from "./allergies";
import { Icon } from "./icons";
import { t } from "./texts";

/** A customer's note, never truncated, with allergy words marked. */
export function Note({ parts }: { parts: readonly NotePart[] }) {
  const isAllergy = parts.some((part) => part.isAllergy);
  return (
    <span class={isAllergy ? "note allergic" : "note"}>
      <Icon name={isAllergy ? "allergy" : "note"} />
      <span class="visually-hidden">{isAllergy ? t("allergy") : t("note")}: </span>
      <span dir="auto">
        {parts.map((part, index) =>
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

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";
import { named } from "./texts";

type Props = {
  readonly what: string;
  readonly order: { readonly number: number };
  readonly onClick: () => void;
  readonly look?: string;
  readonly icon?: IconName;
  readonly disabled?: boolean;
  /** The visible label, if it is not `what`. */
  readonly children?: ComponentChildren;
};

/** Its accessible name includes the order, for those who do not see the card. */
export function OrderButton({ what, order, onClick, look, icon, disabled, children = what }: Props) {
  return (
    <button type="button" class={look} aria-label={named(what, order)} disabled={disabled} onClick={onClick}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

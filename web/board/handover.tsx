import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { type Problem, Refused } from "../lib/api";
import { session } from "../lib/session";
import { why } from "../lib/why";
import { Icon } from "./icons";
import { handOver } from "./intents";
import type { BoardModel } from "./model";
import type { Order } from "./state";
import { t } from "./texts";
import { close } from "./ui";

type Props = { readonly board: BoardModel; readonly order: Order };

const codeLength = 4;
/** A manager's reasons for a hand-over without a required code. */
const overrides = ["phone_broken", "code_unknown", "other"] as const;
const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

/** The number on the bag is not a proof: the courier says a code, and the server checks it. */
export function HandOver({ board, order }: Props) {
  const code = useSignal("");
  const problem = useSignal<string | undefined>(undefined);
  /** A code that could not be checked, because there was no response. */
  const unchecked = useSignal<string | undefined>(undefined);
  const isSending = useSignal(false);
  const isOverriding = useSignal(false);
  const role = session.value?.role;
  const isRequired = order.handoverCodes === "required";
  const mayOverride = isRequired && (role === "manager" || role === "admin");

  async function send(entered: string): Promise<void> {
    const [change] = handOver(order, { code: entered }).changes;
    if (!change) return;
    isSending.value = true;
    unchecked.value = undefined;
    try {
      // Bypasses the outbox: a wrong code must be reported while the courier is there.
      board.learn(await board.api.send<Order>(change));
      close();
    } catch (failure) {
      if (failure instanceof Refused && !failure.isTransient) problem.value = textOf(failure, board);
      else unchecked.value = entered;
    }
    code.value = "";
    isSending.value = false;
  }

  function handOverUnchecked(proof?: Parameters<typeof handOver>[1]): void {
    board.do(handOver(order, proof), true);
    close();
  }

  function press(digit: string): void {
    if (isSending.value) return;
    problem.value = unchecked.value = undefined;
    code.value += digit;
    if (code.value.length === codeLength) void send(code.value);
  }

  useLayoutEffect(() => {
    // Captures the key before the board: with the focus elsewhere, a digit would also set a card to ready.
    function pressed(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey) return;
      if (/^\d$/.test(event.key)) press(event.key);
      else if (event.key === "Backspace") code.value = code.value.slice(0, -1);
      else return;
      event.stopPropagation();
    }
    document.addEventListener("keydown", pressed, true);
    return () => document.removeEventListener("keydown", pressed, true);
  });

  return (
    <div class="hand-over">
      <p>{order.fulfilment.type === "pickup" ? t("askCustomer") : t("askCourier")}</p>
      <output class="code number" aria-label={t("code")} aria-busy={isSending.value}>
        {code.value.padEnd(codeLength, "·")}
      </output>
      {problem.value !== undefined && (
        <p class="problem" role="alert">
          <Icon name="late" /> {problem.value}
        </p>
      )}
      {unchecked.value !== undefined && (
        <div class="choices" role="alert">
          <p class="problem">
            <Icon name="late" /> {t("notChecked")}
          </p>
          <button type="button" onClick={() => void send(unchecked.value ?? "")}>
            {t("tryAgain")}
          </button>
          <button type="button" class="bad" onClick={() => handOverUnchecked({ code: unchecked.value ?? "" })}>
            {t("handOverAnyway")}
          </button>
        </div>
      )}
      <div class="keypad">
        {digits.map((digit) => (
          <button type="button" key={digit} onClick={() => press(digit)}>
            {digit}
          </button>
        ))}
        <button type="button" class="zero" onClick={() => press("0")}>
          0
        </button>
        <button
          type="button"
          aria-label={t("deleteDigit")}
          onClick={() => {
            code.value = code.value.slice(0, -1);
          }}
        >
          <Icon name="erase" />
        </button>
      </div>
      {isOverriding.value ? (
        <div class="choices three">
          <p class="choices-title">{t("whyNoCode")}</p>
          {overrides.map((override) => (
            <button type="button" key={override} onClick={() => handOverUnchecked({ override })}>
              {t(override)}
            </button>
          ))}
        </div>
      ) : isRequired && !mayOverride ? (
        <p class="muted">{t("noCodeHint")}</p>
      ) : (
        <button
          type="button"
          class="wide quiet"
          onClick={() => {
            if (mayOverride) isOverriding.value = true;
            else handOverUnchecked();
          }}
        >
          {t("withoutCode")}
        </button>
      )}
    </div>
  );
}

function textOf(refusal: Refused, board: BoardModel): string {
  const { code, attemptsLeft, until } = refusal.problem as Problem & { attemptsLeft?: number; until?: string };
  if (code === "wrong_code") return t("wrongCode", { n: attemptsLeft ?? 0 });
  if (code === "code_locked" && until) return t("codeLocked", { time: board.time(until) });
  return why(refusal.problem) ?? refusal.message;
}

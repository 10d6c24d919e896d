import type { Schemas } from "../lib/api";
import { dayTime, timeOrDay } from "../lib/format";
import { reasonText } from "../lib/reasons";
import type { OperationsModel } from "./model";
import { roleKeys, statusKeys, t } from "./texts";

type Order = Schemas["OrderView"];
type Step = Schemas["StepView"];

type TimelineProps = {
  readonly order: Order;
  /** The version of the order shown below. */
  readonly version: number;
  readonly zone: string | undefined;
  readonly model: OperationsModel;
};

/** Who did what: one entry per version of the order. An entry opens the order as it was then. */
export function Timeline({ order, version, zone, model }: TimelineProps) {
  return (
    <ol class="timeline">
      {order.timeline.map((step, index) => (
        <TimelineStep
          key={index}
          step={step}
          zone={zone}
          isShown={index + 1 === version}
          open={() => model.showVersion(index + 1 === order.version ? undefined : index + 1)}
        />
      ))}
    </ol>
  );
}

type StepProps = {
  readonly step: Step;
  readonly zone: string | undefined;
  readonly isShown: boolean;
  readonly open: () => void;
};

function TimelineStep({ step, zone, isShown, open }: StepProps) {
  return (
    <li class={step.event ? "minor" : undefined}>
      <button type="button" title={t("show_then")} aria-current={isShown ? "step" : undefined} onClick={open}>
        <span class="number muted">{dayTime(step.at, zone)}</span>
        <span>
          <b>{stepName(step)}</b> <span class="muted">{byWhom(step)}</span>
          {step.implied && <span class="muted"> · {t("implied")}</span>}
          {step.event?.startsWith("courier_") && step.courierId && <span> · {step.courierId}</span>}
          {step.reason && (
            <span>
              {" "}
              · {t("reason")}: {reasonText(step.reason)}
            </span>
          )}
          {step.promise && step.event !== undefined && (
            <span class="muted">
              {" "}
              · {t("promise_to", { time: timeOrDay(step.promise.readyAt, Date.parse(step.at), zone) })}
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

function byWhom({ by, who }: Step): string {
  const role = t(roleKeys[by]);
  return who === undefined ? t("by", { role }) : t("by_who", { who, role });
}

const events = [
  "promise_changed",
  "progressed",
  "released",
  "rescheduled",
  "stock_taken",
  "short",
  "courier_assigned",
  "courier_unassigned",
  "courier_arrived",
  "delivery_failed",
  "delivery_decided",
] as const;

function stepName({ status, event, overdue }: Step): string {
  if (event === undefined) return t(statusKeys[status]);
  const missed = overdue?.[overdue.length - 1];
  if (event === "overdue" && missed) return t(`overdue_${missed.kind}`);
  const known = events.find((one) => one === event);
  return known ? t(`step_${known}`) : event;
}

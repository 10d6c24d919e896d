using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.RefusalRow;

namespace Tiffin.Edge;

/// <summary>Problems of couriers, hand-over codes and failed deliveries.</summary>
static class HandoverProblems
{
    public static IEnumerable<RefusalRow> Rows =>
    [
        Row(new Refusal.WrongStatus(OrderStatus.Placed,
                [OrderStatus.Accepted, OrderStatus.Preparing, OrderStatus.Ready]),
            "The order's status does not permit the request yet, or no longer does.",
            "Read the order again, and retry when it has one of 'possibleStatuses'.",
            wrong => new(409, "wrong_status", "Wrong status",
                $"The order is {Names.Of(wrong.Status)}. This is possible only while it is "
                + $"{string.Join(" or ", wrong.Possible.Select(Names.Of))}.")
            {
                WriteExtensions = json => WriteStatuses(json, wrong),
            }),
        Row(new Refusal.CourierTaken(), "Another courier took the order first.",
            "Take another order. Staff can replace the courier of an order.",
            _ => new(409, "courier_taken", "Taken by another courier",
                "Another courier has taken the order. Take another one.")),
        Row(new Refusal.NoCourier(), "The request concerns the courier of an order that has none.",
            "Assign a courier with PUT /v1/orders/{id}/courier.",
            _ => new(409, "no_courier", "No courier",
                "The order has no courier. Assign one first, or take the order yourself.")),
        Row(new Refusal.NotADelivery(), "A courier was assigned to an order that the customer collects.",
            "Do not assign a courier; couriers take deliveries only.",
            _ => new(409, "not_a_delivery", "Not a delivery",
                "The customer collects the order, so it has no courier.")),
        Row(new Refusal.WrongCode(3, null), "The code is not the order's collection or delivery code.",
            "Ask for it again. After too many wrong codes, codes are locked for a time.",
            wrong => new(422, "wrong_code", "Wrong code", wrong.LockedUntil is { } locked
                ? $"The code is wrong. No code is accepted until {JsonTime.Text(locked)}."
                : $"The code is wrong. {wrong.AttemptsLeft} attempt{(wrong.AttemptsLeft == 1 ? "" : "s")} left.")
            {
                WriteExtensions = json =>
                {
                    json.WriteNumber("attemptsLeft", wrong.AttemptsLeft);
                    if (wrong.LockedUntil is { } time) json.WriteString("until", JsonTime.Text(time));
                },
            }),
        Row(new Refusal.CodeLocked(ProblemPage.SampleTime), "The order's codes are locked after too many wrong ones.",
            "Wait until 'until', or ask a manager to hand the order over with 'override'.",
            locked => new(422, "code_locked", "Code locked",
                $"Too many wrong codes were entered. No code is accepted until {JsonTime.Text(locked.Until)}.")
            {
                WriteExtensions = json => json.WriteString("until", JsonTime.Text(locked.Until)),
            }),
        Row(new Refusal.DecisionPending(1, ProblemPage.SampleTime),
            "The decision about the last failed delivery attempt is pending.",
            "Wait for the decision: the order's event stream shows it.",
            pending => new(409, "decision_pending", "Decision pending",
                $"A decision about attempt {pending.Attempt} is due by {JsonTime.Text(pending.DecideBy)}. Wait for the "
                + "decision, or call the kitchen.")
            {
                WriteExtensions = json => json.WriteString("until", JsonTime.Text(pending.DecideBy)),
            }),
        Row(new Refusal.AlreadyDecided(DeliveryDecision.Retry),
            "A different decision was already made about the delivery attempt.",
            "Read the order again, and follow its decision.",
            decided => new(409, "already_decided", "Already decided",
                $"The decision about this attempt is {Names.Of(decided.Decision)}.")),
    ];

    static void WriteStatuses(Utf8JsonWriter json, Refusal.WrongStatus wrong)
    {
        json.WriteString("orderStatus", Names.Of(wrong.Status));
        json.WriteStartArray("possibleStatuses");
        foreach (var status in wrong.Possible) json.WriteStringValue(Names.Of(status));
        json.WriteEndArray();
    }
}

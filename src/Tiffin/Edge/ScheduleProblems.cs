using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.RefusalRow;

namespace Tiffin.Edge;

/// <summary>Problems of opening hours and of scheduled orders.</summary>
static class ScheduleProblems
{
    public static IEnumerable<RefusalRow> Rows =>
    [
        Row(new Refusal.KitchenClosed(ProblemPage.SampleTime), "The kitchen is outside its opening hours.",
            "Order after 'opensAt', or schedule the order with fulfilment.at, so that it is started after 'opensAt'.",
            closed => new(409, "closed", "Kitchen closed",
                $"The kitchen is closed{Opens(closed.OpensAt)}. Place the order for a later time with 'fulfilment.at'.")
            {
                WriteExtensions = json => WriteTime(json, "opensAt", closed.OpensAt),
            }),
        Row(new Refusal.TooSoon("/fulfilment/at", ProblemPage.SampleTime),
            "The time at 'pointer' is earlier than the kitchen can prepare and deliver the order.",
            "Place the order without fulfilment.at to get it as soon as possible, or choose 'earliest' or later.",
            soon => AtTime(soon.Pointer, "earliest", soon.Earliest, "too_soon", "Too soon",
                $"The earliest possible time is {JsonTime.Text(soon.Earliest)}.")),
        Row(new Refusal.TooFarAhead("/fulfilment/at", ProblemPage.SampleTime),
            "The time at 'pointer' is further ahead than the kitchen accepts orders.",
            "Choose a time no later than 'latest'. An administrator can raise scheduleDaysMax of the kitchen.",
            far => AtTime(far.Pointer, "latest", far.Latest, "too_far_ahead", "Too far ahead",
                $"The kitchen accepts orders for times up to {JsonTime.Text(far.Latest)}.")),
        Row(new Refusal.ClosedThen("/fulfilment/at", ProblemPage.SampleTime, ProblemPage.SampleTime.AddMinutes(25)),
            "To serve the order at the time at 'pointer', the kitchen would have to start it while it is closed.",
            "Choose 'earliest', or a later time for which the kitchen can start within its opening hours.",
            closed => AtTime(closed.Pointer, "earliest", closed.Earliest, "closed_then",
                "Kitchen closed at that time",
                "The kitchen would have to start the order while it is closed."
                + (closed.OpensAt is { } opensAt ? $" It opens at {JsonTime.Text(opensAt)}." : ""))),
        Row(new Refusal.NotScheduled(), "The order has no schedule to change.",
            "Cancel the order, or promise another time with PUT /v1/orders/{id}/promise.",
            _ => new(409, "not_scheduled", "Order not scheduled",
                "The order was placed without 'fulfilment.at': it is prepared at once, and has no time to change.")),
        Row(new Refusal.NotReleased(ProblemPage.SampleTime),
            "The order is scheduled for later, so its preparation may not start and its promise cannot be moved yet.",
            "Wait for order.released, or release it now with PUT /v1/orders/{id}/schedule.",
            held => new(409, "not_released", "Order not released",
                $"The order is scheduled and will be released at {JsonTime.Text(held.ReleaseAt)}.")
            {
                WriteExtensions = json => WriteTime(json, "releaseAt", held.ReleaseAt),
            }),
        Row(new Refusal.AlreadyReleased(ProblemPage.SampleTime),
            "A scheduled order can be moved only until it is released.",
            "The kitchen can promise another time with PUT /v1/orders/{id}/promise.",
            released => new(409, "already_released", "Order already released",
                $"The order was released at {JsonTime.Text(released.ReleasedAt)}, and the kitchen may have started "
                + "it.")),
        Row(new Refusal.TooLateToReschedule(ProblemPage.SampleTime),
            "Customers may reschedule an order only until some time before its release.",
            "Ask the channel or the kitchen's manager to reschedule it.",
            late => new(409, "too_late_to_reschedule", "Too late to reschedule",
                $"Customers could reschedule the order until {JsonTime.Text(late.Until)}. Call the kitchen.")),
    ];

    // A problem of a requested time, at a pointer, with the time that is possible.
    static Problem AtTime(
        string pointer, string member, DateTimeOffset? time, string code, string title, string detail) =>
        new(422, code, title, detail)
        {
            WriteExtensions = json =>
            {
                json.WriteString("pointer", pointer);
                WriteTime(json, member, time);
            },
        };

    static string Opens(DateTimeOffset? opensAt) =>
        opensAt is { } time ? $" and opens at {JsonTime.Text(time)}" : " until further notice";

    static void WriteTime(Utf8JsonWriter json, string member, DateTimeOffset? at)
    {
        if (at is { } time) json.WriteString(member, JsonTime.Text(time));
    }
}

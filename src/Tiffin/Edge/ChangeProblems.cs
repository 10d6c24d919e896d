using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using static Tiffin.Edge.RefusalRow;

namespace Tiffin.Edge;

/// <summary>Why a change to an order or stock level is rejected.</summary>
static class ChangeProblems
{
    public static IEnumerable<RefusalRow> Rows =>
    [
        Row(new Refusal.IllegalMove(
                OrderStatus.Preparing, OrderStatus.Accepted, [OrderStatus.Ready, OrderStatus.Cancelled]),
            "The status change is not possible from the current status, your role does not permit it, or the order is "
            + "not in the status 'ifStatus'.",
            "Choose one of 'allowedStatuses'; an empty list means that your role cannot change the status now.",
            move => new(409, "illegal_move", "Illegal status change",
                move.IfStatus is { } seen && seen != move.From
                    ? $"The order is {Names.Of(move.From)} now, and 'ifStatus' is {Names.Of(seen)}. "
                        + "Read the order again, then decide again."
                    : $"Your role cannot change an order from {Names.Of(move.From)} to {Names.Of(move.To)}. "
                        + "'allowedStatuses' lists the possible ones.")
            {
                WriteExtensions = json => WriteAllowed(json, move),
            }),
        Row(new Refusal.OrderFinished(OrderStatus.Ready),
            "The order is ready, on its way, delivered or cancelled; the request is possible only before that.",
            "Read the order again: its status says what is still possible.",
            finished => new(409, "order_finished", "Order is finished",
                $"The order is {Names.Of(finished.Status)}. This is possible only before the order is ready.")),
        Row(new Refusal.PromiseMovedTooOften(3),
            "The kitchen has moved the order's promise to a later time as often as its settings allow.",
            "Call the customer. An administrator can raise promiseMovesMax of the kitchen.",
            moved => new(409, "promise_moved_too_often", "Promise moved too often",
                $"The promise was moved to a later time {moved.Max} times, which is the limit. Call the customer.")),
        Row(new Refusal.TooManyChanges(Order.VersionsMax, Order.VersionsMax),
            "The order was changed so often that a client seems to repeat a change and its opposite.",
            "Correct the client. The order's status can still be changed.",
            changes => new(409, "too_many_changes", "Too many changes",
                $"The order has {changes.Version} versions; progress, promise, courier and schedule can be changed up "
                + $"to {changes.Max}. Its status can still be changed.")),
        Row(new Refusal.StaleVersion(4), "The order changed after the version in If-Match was read.",
            "Read the order again, decide again, and send its new ETag.",
            stale => new(412, "stale_version", "Version conflict",
                $"The order is at version {stale.Version} now. Read it again, and send its new ETag in If-Match.")
            {
                WriteExtensions = json => json.WriteNumber("version", stale.Version),
            }),
        Row(new Refusal.StaleEntry(),
            "If-Match has no ETag of the current entry: it was changed after it was read, or does not exist.",
            "Read the entry again, make your change to the current entry, and send its new ETag.",
            _ => new(412, "stale_entry", "Version conflict",
                "None of the ETags in If-Match is that of the current entry. Read it again, and send its new ETag.")),
        Row(new Refusal.NotEnoughStock("/movements/0/quantity", "rice", 400, 250),
            "The movement would remove more than is on hand, or the order to be released needs more.",
            "Count the ingredient first, or reduce the quantity.",
            short_ => new(409, "not_enough_stock", "Not enough stock on hand",
                $"{short_.Needed} of '{short_.Sku}' are needed, but only {short_.Available} are on hand.")
            {
                Faults = [new Fault(short_.Pointer, "not_enough_stock", $"only {short_.Available} are on hand")],
            }),
    ];

    static void WriteAllowed(Utf8JsonWriter json, Refusal.IllegalMove move)
    {
        json.WriteString("orderStatus", Names.Of(move.From));
        json.WriteStartArray("allowedStatuses");
        foreach (var status in move.Allowed) json.WriteStringValue(Names.Of(status));
        json.WriteEndArray();
    }
}

using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Edge;

/// <summary>Maps every refusal and every kind of unavailability to its problem (RFC 9457).</summary>
static class Problems
{
    public static readonly Problem NotFound =
        new(404, "not_found", "Not found", "The resource does not exist, or is not visible to you.");

    // The same response for all invalid credentials: it must not reveal which part was right.
    public static readonly Problem Unauthenticated = new(401, "unauthenticated", "Authentication required",
        "Send one Authorization header with the scheme Bearer and a valid API key or token.");

    public static readonly Problem Forbidden =
        new(403, "forbidden", "Forbidden", "Your role does not permit this operation.");

    public static readonly Problem ForeignOrigin =
        new(403, "foreign_origin", "Origin not allowed", "Requests from that origin are not accepted.");

    public static readonly Problem AntiforgeryMissing = new(
        403, "antiforgery_missing", "Missing or invalid anti-forgery token",
        $"A change that is authenticated by the session cookie needs the header {Gate.AntiforgeryHeader}. "
        + "GET /v1/session returns its value.");

    public static readonly Problem InProgress = new(409, "request_in_progress", "Request in progress",
        "A request with this Idempotency-Key is still being processed. Send it again in a moment for its response.")
    {
        RetryAfter = 1,
    };

    public static readonly Problem IssuerAway = new(503, "issuer_away", "Token issuer unavailable",
        "The OpenID Connect issuer does not respond, so no token can be verified. Retry, or use an API key.")
    {
        RetryAfter = 5,
    };

    public static Problem TooMany(int seconds, string detail) =>
        new(429, "too_many_requests", "Too many requests", detail) { RetryAfter = seconds };

    public static Problem TooManyAtOnce(int max) =>
        new(429, "too_many_concurrent_requests", "Too many concurrent requests",
            $"{max} request{(max == 1 ? "" : "s")} in flight is the limit for this caller. "
            + "Wait for a response before you send the next one.")
        {
            RetryAfter = 1,
        };

    public static Problem TooManyStreams(int max) =>
        new(429, "too_many_streams", "Too many open streams",
            $"{max} open stream{(max == 1 ? " is" : "s are")} the limit for this caller. Close one first.")
        {
            RetryAfter = 1,
        };

    public static Problem Malformed(params IReadOnlyList<Fault> faults) =>
        new(400, "malformed_request", "Malformed request", $"{faults[0].Pointer} {faults[0].Message}".Trim())
        {
            Faults = faults,
        };

    /// <summary>An invalid parameter at a <paramref name="place"/> such as <c>/query/after</c>.</summary>
    public static Problem BadParameter(string place, string expected) =>
        Malformed(new Fault(place, "bad_parameter", expected));

    public static Problem Of(Refusal refusal) => refusal switch
    {
        Refusal.Invalid invalid => new(422, "validation_failed", "Validation failed",
            $"The request has {invalid.Faults.Count} error{(invalid.Faults.Count == 1 ? "" : "s")}; "
            + "'errors' lists each with its location.") { Faults = invalid.Faults },
        Refusal.KeyReused => new(422, "idempotency_key_reused", "Idempotency key reused",
            "This Idempotency-Key was already used with a different request. Use a new key for a new request."),
        Refusal.OrderUnknown => NotFound,
        Refusal.EntryUnknown unknown =>
            NotFound with { Detail = $"There is no {unknown.Kind} with the id '{unknown.Id}'." },
        _ => OfSchedule(refusal) ?? OfState(refusal),
    };

    static Problem? OfSchedule(Refusal refusal) => refusal switch
    {
        Refusal.KitchenClosed closed => new(409, "closed", "Kitchen closed",
            $"The kitchen is closed{Opens(closed.OpensAt)}. Place the order for a later time with 'fulfilment.at'.")
        {
            More = json => WriteTime(json, "opensAt", closed.OpensAt),
        },
        Refusal.TooSoon soon => AtTime(soon.Pointer, "earliest", soon.Earliest, "too_soon", "Too soon",
            $"The earliest possible time is {JsonTime.Text(soon.Earliest)}."),
        Refusal.TooFarAhead far => AtTime(far.Pointer, "latest", far.Latest, "too_far_ahead", "Too far ahead",
            $"The kitchen takes orders for times until {JsonTime.Text(far.Latest)}."),
        Refusal.ClosedThen closed => AtTime(closed.Pointer, "opensAt", closed.OpensAt, "closed_then",
            "Kitchen closed at that time", $"The kitchen is closed at that time{Opens(closed.OpensAt)}."),
        Refusal.NotScheduled => new(409, "not_scheduled", "Order not scheduled",
            "The order was placed without 'fulfilment.at': it is made at once, and has no time to change."),
        Refusal.NotReleased held => new(409, "not_released", "Order not released",
            $"The order is scheduled and will be released at {JsonTime.Text(held.ReleaseAt)}.")
        {
            More = json => WriteTime(json, "releaseAt", held.ReleaseAt),
        },
        Refusal.AlreadyReleased released => new(409, "already_released", "Order already released",
            $"The order was released at {JsonTime.Text(released.ReleasedAt)}, and the kitchen may have started it."),
        Refusal.TooLateToReschedule late => new(409, "too_late_to_reschedule", "Too late to reschedule",
            $"Customers could reschedule the order until {JsonTime.Text(late.Until)}. Call the kitchen."),
        _ => null,
    };

    // A problem of a requested time, at a pointer, with the time that is possible.
    static Problem AtTime(
        string pointer, string member, DateTimeOffset? time, string code, string title, string detail) =>
        new(422, code, title, detail)
        {
            More = json =>
            {
                json.WriteString("pointer", pointer);
                WriteTime(json, member, time);
            },
        };

    static Problem OfState(Refusal refusal) => refusal switch
    {
        Refusal.OutOfStock outOfStock => new(409, "out_of_stock", "Not enough stock",
            "The stock does not cover some lines; 'lines' says how many portions of each item are left.")
        {
            More = json => ShortLineJson.Write(json, outOfStock.Lines, withMissing: true),
        },
        Refusal.ItemUnavailable off => new(409, "item_unavailable", "Item unavailable",
            $"The item '{off.ItemId}' is unavailable {Until(off.Until)}.")
        {
            More = json =>
            {
                json.WriteString("itemId", off.ItemId);
                json.WriteString("pointer", off.Pointer);
                WriteUntil(json, off.Until);
            },
        },
        Refusal.KitchenPaused paused => new(409, "kitchen_paused", "Kitchen paused",
            $"The kitchen is paused {Until(paused.Until)}.") { More = json => WriteUntil(json, paused.Until) },
        Refusal.TooManyOpenOrders open => new(409, "too_many_open_orders", "Too many open orders",
            $"You have {open.Max} open orders, which is the limit. Wait until one is completed, or cancel one."),
        Refusal.ReferenceInUse known => new(409, "reference_in_use", "External reference in use",
            $"'externalReference' names order {known.OrderId}, which has different content.")
        {
            More = json => json.WriteString("orderId", known.OrderId),
        },
        Refusal.TotalChanged changed => new(409, "total_changed", "Total changed",
            "The current prices give a total other than 'expectedTotal'. Show 'total' to the customer first.")
        {
            More = json => json.WriteMoney("total", changed.Totals.Total),
        },
        Refusal.IllegalMove move => new(409, "illegal_move", "Illegal status change",
            $"Your role cannot change an order from {Names.Of(move.From)} to {Names.Of(move.To)}. "
            + "'allowedStatuses' lists the possible ones.")
        {
            More = json => WriteAllowed(json, move),
        },
        Refusal.OrderFinished finished => new(409, "order_finished", "Order is finished",
            $"The order is {Names.Of(finished.Status)}. This is possible only before the order is ready."),
        Refusal.PromiseMovedTooOften moved => new(409, "promise_moved_too_often", "Promise moved too often",
            $"The promise was moved to a later time {moved.Max} times, which is the limit. Call the customer."),
        Refusal.TooManyChanges changes => new(409, "too_many_changes", "Too many changes",
            $"The order has {changes.Version} versions; progress, promise, courier and schedule can be changed up to "
            + $"{changes.Max}. Its status can still be changed."),
        Refusal.WrongStatus or Refusal.CourierTaken or Refusal.NoCourier or Refusal.NotADelivery
            or Refusal.WrongCode or Refusal.CodeLocked or Refusal.DecisionPending or Refusal.AlreadyDecided =>
            HandoverProblems.Of(refusal),
        Refusal.StaleVersion stale => new(412, "stale_version", "Version conflict",
            $"The order is at version {stale.Version} now. Read it again, and send its new ETag in If-Match.")
        {
            More = json => json.WriteNumber("version", stale.Version),
        },
        Refusal.NotEnoughStock short_ => new(409, "not_enough_stock", "Not enough stock on hand",
            $"{short_.Needed} of '{short_.Sku}' are needed, but only {short_.Available} are on hand.")
        {
            Faults = [new Fault(short_.Pointer, "not_enough_stock", $"only {short_.Available} are on hand")],
        },
        _ => throw new InvalidOperationException($"{refusal.GetType()} has no problem"),
    };

    public static Problem Of(Unavailability why) => why switch
    {
        Unavailability.Overloaded => Busy(why, "Overloaded",
            "The server sheds load. Nothing was changed. Retry after the seconds in Retry-After."),
        Unavailability.Late => Busy(why, "Timed out",
            "The request may still be carried out. Repeat it with the same Idempotency-Key to learn the outcome."),
        Unavailability.Unknown => Busy(why, "Outcome unknown",
            "The change was committed, but a failover may lose it. Repeat it with the same Idempotency-Key."),
        Unavailability.DatabaseAway => Busy(why, "Database unavailable",
            "Nothing was changed. Retry after the seconds in Retry-After."),
        Unavailability.ShuttingDown => Busy(why, "Shutting down",
            "This node is shutting down. Nothing was changed. Retry; another node will answer."),
        _ => new(500, Unavailability.Failed.Code(), "Internal error",
            "Nothing was changed. The server has logged the cause."),
    };

    static Problem Busy(Unavailability why, string title, string detail) =>
        new(503, why.Code(), title, detail) { RetryAfter = 1 + Random.Shared.Next(3) };

    static void WriteAllowed(Utf8JsonWriter json, Refusal.IllegalMove move)
    {
        json.WriteString("orderStatus", Names.Of(move.From));
        json.WriteStartArray("allowedStatuses");
        foreach (var status in move.Allowed) json.WriteStringValue(Names.Of(status));
        json.WriteEndArray();
    }

    static string Until(DateTimeOffset? until) =>
        until is { } time ? $"until {JsonTime.Text(time)}" : "until further notice";

    static void WriteUntil(Utf8JsonWriter json, DateTimeOffset? until) => WriteTime(json, "until", until);

    static string Opens(DateTimeOffset? opensAt) =>
        opensAt is { } time ? $" and opens at {JsonTime.Text(time)}" : " until further notice";

    static void WriteTime(Utf8JsonWriter json, string member, DateTimeOffset? at)
    {
        if (at is { } time) json.WriteString(member, JsonTime.Text(time));
    }
}

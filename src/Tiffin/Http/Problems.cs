using System.Text.Json;
using Tiffin.Commit;
using Tiffin.Domain;
using Tiffin.Wire;

namespace Tiffin.Http;

/// <summary>Every refusal and every way of not being available, as HTTP: the one place where they meet.</summary>
public static class Problems
{
    public static readonly Problem NotFound =
        new(404, "not_found", "Not found", "Nothing is here, or nothing that you may see.");

    /// <summary>The same for whatever is wrong with the credentials.</summary>
    public static readonly Problem Unauthenticated = new(401, "unauthenticated", "Who are you?",
        "Send one header Authorization: Bearer with an API key or a token that is still good.");

    public static readonly Problem Forbidden =
        new(403, "forbidden", "Not for you", "Your role may not do this at all, whatever it is done to.");

    public static readonly Problem ForeignOrigin =
        new(403, "foreign_origin", "From another site", "Pages of that origin may not ask here.");

    public static readonly Problem AntiforgeryMissing = new(403, "antiforgery_missing", "Perhaps not your own wish",
        $"With a session's cookie, each change needs the header {Gate.AntiforgeryHeader} that GET /v1/session tells.");

    public static readonly Problem InProgress = new(409, "request_in_progress", "Request in progress",
        "A request with this Idempotency-Key is still being processed. Send it again in a moment for its response.")
    {
        RetryAfter = 1,
    };

    public static readonly Problem IssuerAway = new(503, "issuer_away", "The issuer does not answer",
        "Nobody can sign in there now, and no token can be checked. Ask again, or use a key.") { RetryAfter = 5 };

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
        new(400, "malformed_request", "The request cannot be read", $"{faults[0].Pointer} {faults[0].Message}".Trim())
        {
            Faults = faults,
        };

    /// <summary>A parameter that cannot be used; <paramref name="place"/> such as <c>/query/after</c>.</summary>
    public static Problem BadParameter(string place, string expected) =>
        Malformed(new Fault(place, "bad_parameter", expected));

    public static Problem Of(Refusal refusal) => refusal switch
    {
        Refusal.Invalid invalid => new(422, "validation_failed", "The request is not valid",
            $"{invalid.Faults.Count} thing(s) are wrong; 'errors' says where and why.") { Faults = invalid.Faults },
        Refusal.KeyReused => new(422, "idempotency_key_reused", "The key was used for something else",
            "This Idempotency-Key came with another body before. Use a new key for a new request."),
        Refusal.OrderUnknown => NotFound,
        Refusal.EntryUnknown unknown => NotFound with { Detail = $"No {unknown.Kind} is called '{unknown.Id}'." },
        _ => OfState(refusal),
    };

    /// <summary>What the stock, the kitchen or the order does not allow now.</summary>
    static Problem OfState(Refusal refusal) => refusal switch
    {
        Refusal.OutOfStock outOfStock => new(409, "out_of_stock", "Not enough stock",
            "Some lines cannot be made; 'lines' says how many portions of each item can still be made.")
        {
            More = json => WriteShortages(json, outOfStock),
        },
        Refusal.ItemUnavailable off => new(409, "item_unavailable", "The item is off the menu",
            $"'{off.ItemId}' is off the menu {Until(off.Until)}.")
        {
            More = json =>
            {
                json.WriteString("itemId", off.ItemId);
                json.WriteString("pointer", off.Pointer);
                WriteUntil(json, off.Until);
            },
        },
        Refusal.KitchenPaused paused => new(409, "kitchen_paused", "The kitchen takes no orders",
            $"The kitchen is paused {Until(paused.Until)}.") { More = json => WriteUntil(json, paused.Until) },
        Refusal.TooManyOpenOrders open => new(409, "too_many_open_orders", "You have enough under way",
            $"{open.Max} of your orders are under way, and that is all that may be. Wait for one, or cancel one."),
        Refusal.ReferenceInUse known => new(409, "reference_in_use", "External reference in use",
            $"'externalReference' names order {known.OrderId}, which was placed with another content.")
        {
            More = json => json.WriteString("orderId", known.OrderId),
        },
        Refusal.TotalChanged changed => new(409, "total_changed", "The total is another one",
            "The menu's prices give another total than 'expectedTotal'. Show it, and ask again.")
        {
            More = json => json.WriteMoney("total", changed.Totals.Total),
        },
        Refusal.IllegalMove move => new(409, "illegal_move", "The order cannot go there",
            $"An order that is {Names.Of(move.From)} cannot be made {Names.Of(move.To)} by you.")
        {
            More = json => WriteAllowed(json, move),
        },
        Refusal.StaleVersion stale => new(412, "stale_version", "The order has moved on",
            $"It is at version {stale.Version} now. Read it again and decide anew.")
        {
            More = json => json.WriteNumber("version", stale.Version),
        },
        Refusal.NotEnoughStock short_ => new(409, "not_enough_stock", "There is less than that",
            $"{short_.Needed} of '{short_.Sku}' would go, {short_.Available} are there.")
        {
            Faults = [new Fault(short_.Pointer, "not_enough_stock", $"{short_.Available} are there")],
        },
        _ => throw new InvalidOperationException($"{refusal.GetType()} has no problem"),
    };

    public static Problem Of(Unavailability why) => why switch
    {
        Unavailability.Overloaded => Busy("overloaded", "Too much at once", "Nothing was done. Ask again in a moment."),
        Unavailability.Late => Busy("late", "It takes too long",
            "Your request may still be carried out. Ask again with the same Idempotency-Key to learn the outcome."),
        Unavailability.Unknown => Busy("outcome_unknown", "The outcome is unknown",
            "Your request was carried out, but may be lost to a fail-over. Ask again with the same Idempotency-Key."),
        Unavailability.DatabaseAway => Busy("database_away", "The database takes no writes", "Nothing was done."),
        Unavailability.ShuttingDown => Busy("shutting_down", "This node is leaving", "Nothing was done. Ask again."),
        _ => new(500, "internal_error", "We failed", "Nothing was done. We have logged why."),
    };

    static Problem Busy(string code, string title, string detail) =>
        new(503, code, title, detail) { RetryAfter = 1 + Random.Shared.Next(3) };

    static void WriteShortages(Utf8JsonWriter json, Refusal.OutOfStock refusal)
    {
        json.WriteStartArray("lines");
        foreach (var line in refusal.Lines)
        {
            json.WriteStartObject();
            json.WriteString("pointer", $"/lines/{line.Line}");
            json.WriteString("itemId", line.ItemId);
            json.WriteNumber("portions", line.Portions);
            if (line.Missing.Count > 0) WriteMissing(json, line.Missing);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>For those who may see stock only.</summary>
    static void WriteMissing(Utf8JsonWriter json, IReadOnlyList<Shortage> shortages)
    {
        json.WriteStartArray("missing");
        foreach (var missing in shortages)
        {
            json.WriteStartObject();
            json.WriteString("sku", missing.Sku);
            json.WriteString("unit", missing.Unit);
            json.WriteNumber("needed", missing.Needed);
            json.WriteNumber("available", missing.Available);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteAllowed(Utf8JsonWriter json, Refusal.IllegalMove move)
    {
        json.WriteString("orderStatus", Names.Of(move.From));
        json.WriteStartArray("allowedStatuses");
        foreach (var status in move.Allowed) json.WriteStringValue(Names.Of(status));
        json.WriteEndArray();
    }

    static string Until(DateTimeOffset? until) =>
        until is { } time ? $"until {JsonTime.Text(time)}" : "until further notice";

    static void WriteUntil(Utf8JsonWriter json, DateTimeOffset? until)
    {
        if (until is { } time) json.WriteString("until", JsonTime.Text(time));
    }
}

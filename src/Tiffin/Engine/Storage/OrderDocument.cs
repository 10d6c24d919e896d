using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Engine.Storage;

/// <summary>
/// An order as stored. <paramref name="Content"/> is a JSON object that does not change after placing;
/// <paramref name="Timeline"/> is JSON Lines, one line per version, so the timeline of an earlier version is a prefix.
/// </summary>
sealed record OrderDocument(
    Order Order, byte[] Content, byte[] Timeline, DateTimeOffset UpdatedAt, Contact Contact)
{
    public DateTimeOffset PlacedAt { get; init; }

    /// <summary>In minor units; set when the order is placed.</summary>
    public long Total { get; init; }

    /// <summary>The order's next deadline, if any.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The details that the last event changed; set only in its batch.</summary>
    public JsonObject? ChangedDetails { get; init; }

    /// <summary>The previous step; set only in the batch that made the last one, for its event.</summary>
    public OrderStep? Previous { get; init; }

    /// <summary>
    /// Whether the order is open now, in the document of an earlier version too: personal data is shown only then.
    /// </summary>
    public bool IsOpen => IsOpenNow ?? Order.IsOpen;

    bool? IsOpenNow { get; init; }

    public OrderDocument Evolve(OrderChanged changed, Caller by)
    {
        var order = changed.Evolve(Order);
        var patch = OrderDetailsJson.Patch(Order.Details, order.Details);
        return this with
        {
            Order = order,
            Timeline = [.. Timeline, .. TimelineJson.Line(changed, order, patch, by)],
            UpdatedAt = changed.At,
            ChangedDetails = patch,
            Previous = changed is OrderStatusChanged ? TimelineJson.LastStep(Timeline) : null,
        };
    }

    /// <summary>The order at an earlier version.</summary>
    public OrderDocument AsOf(int version)
    {
        if (version == Order.Version) return this;
        var end = 0;
        for (var line = 0; line < version; line++) end += Timeline.AsSpan(end).IndexOf((byte)'\n') + 1;
        var lines = TimelineJson.Lines(Timeline[..end]);
        var courier = TimelineJson.CourierOf(lines);
        return this with
        {
            Order = Order with
            {
                Version = version,
                Status = TimelineJson.StatusOf(lines[^1]),
                CourierId = courier,
                CourierContact = courier == Order.CourierId ? Order.CourierContact : null,
                Details = OrderDetailsJson.Merge(lines),
            },
            Timeline = Timeline[..end],
            UpdatedAt = TimelineJson.TimeOf(lines[^1]),
            IsOpenNow = IsOpen,
        };
    }
}

/// <summary>A status of an order and the time it was reached.</summary>
sealed record OrderStep(OrderStatus Status, DateTimeOffset At);

/// <summary>
/// Lines such as <c>{"status":"accepted","at":"…","by":"kitchen"}</c>, with the details that changed. A line that is
/// not a status change has the order's status and an <c>event</c>. The last member, <c>who</c>, is the member of staff
/// or the tablet: personal data, which no event contains and not every reader of the timeline may see.
/// </summary>
static class TimelineJson
{
    static readonly byte[] whoMember = ",\"who\":"u8.ToArray();

    static readonly string unassigned = NameOf(EventType.OrderCourierUnassigned);

    public static byte[] Line(OrderPlaced placed, Caller by, JsonObject? details) => JsonBuffer.Line(json =>
    {
        WriteHead(json, OrderStatus.Placed, placed.Content.PlacedAt, Names.Of(by.Role));
        details?.WriteMembers(json);
        if (by.StaffId is { } who) json.WriteString("who"u8, who);
    });

    public static byte[] Line(
        OrderChanged changed, Order order, JsonObject? patch, Caller by) => JsonBuffer.Line(json =>
    {
        WriteHead(json, order.Status, changed.At, Names.Of(changed.Actor));
        if (changed is OrderStatusChanged moved) WriteMove(json, moved);
        else json.WriteString("event"u8, NameOf(changed.Type!.Value));
        if (changed is CourierChanged { CourierId: var courier }) json.WriteString("courierId"u8, courier);
        if (changed.Reason is { } reason) json.WriteString("reason"u8, reason);
        patch?.WriteMembers(json);
        // Automatic consequences of a change, such as the acceptance, are the system's.
        if (changed.Actor == by.Role && by.StaffId is { } who) json.WriteString("who"u8, who);
    });

    /// <summary>
    /// Writes a line, with the name of the staff or tablet behind it unless <paramref name="nameOf"/> is null.
    /// </summary>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> line, Func<string, string>? nameOf)
    {
        // No string contains these bytes: quotes in strings are escaped.
        var end = line.LastIndexOf(whoMember);
        json.WriteRawValue(
            end < 0 ? line : [.. line[..end], .. WithName(line[(end + whoMember.Length)..^1], nameOf)],
            skipInputValidation: true);
    }

    static ReadOnlySpan<byte> WithName(ReadOnlySpan<byte> staffId, Func<string, string>? nameOf)
    {
        if (nameOf is null) return "}"u8;
        var reader = new Utf8JsonReader(staffId);
        reader.Read();
        var name = nameOf(reader.GetString()!);
        var rest = JsonBuffer.Object(json => json.WriteString("who"u8, name));
        rest[0] = (byte)',';
        return rest;
    }

    public static IReadOnlyList<JsonObject> Lines(byte[] timeline) =>
    [
        .. Encoding.UTF8.GetString(timeline).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject()),
    ];

    public static OrderStatus StatusOf(JsonObject line) =>
        Array.Find(Enum.GetValues<OrderStatus>(), value => Names.Of(value) == (string)line["status"]!);

    /// <summary>The courier after all lines; null if none is assigned.</summary>
    public static string? CourierOf(IEnumerable<JsonObject> lines)
    {
        string? courier = null;
        foreach (var line in lines.Where(line => line.ContainsKey("courierId")))
            courier = (string?)line["event"] == unassigned ? null : (string?)line["courierId"];
        return courier;
    }

    public static DateTimeOffset TimeOf(JsonObject line) => (DateTimeOffset)line["at"]!;

    /// <summary>The last status change. Reads from the end, because it is among the last lines.</summary>
    public static OrderStep LastStep(ReadOnlySpan<byte> timeline)
    {
        while (true)
        {
            var start = timeline[..^1].LastIndexOf((byte)'\n') + 1;
            var line = JsonNode.Parse(timeline[start..])!.AsObject();
            if (!line.ContainsKey("event")) return new OrderStep(StatusOf(line), TimeOf(line));
            timeline = timeline[..start];
        }
    }

    static string NameOf(EventType type) => Names.Of(type)["order.".Length..];

    static void WriteHead(Utf8JsonWriter json, OrderStatus status, DateTimeOffset at, string by)
    {
        json.WriteString("status"u8, Names.Of(status));
        json.WriteString("at"u8, JsonTime.Text(at));
        json.WriteString("by"u8, by);
    }

    static void WriteMove(Utf8JsonWriter json, OrderStatusChanged moved)
    {
        if (moved.Implied) json.WriteBoolean("implied"u8, true);
        if (moved.Disposition is { } disposition) json.WriteString("stock"u8, Names.Of(disposition));
        if (moved.CourierId is { } courier) json.WriteString("courierId"u8, courier);
    }
}

using System.Text;
using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Engine.Storage;

/// <summary>
/// An order as stored. <paramref name="Content"/> is a JSON object that does not change after placing;
/// <paramref name="Timeline"/> is JSON Lines, one line per version, so the timeline of an earlier version is a prefix.
/// </summary>
public sealed record OrderDocument(
    Order Order, byte[] Content, byte[] Timeline, DateTimeOffset UpdatedAt, Contact Contact)
{
    public DateTimeOffset PlacedAt { get; init; }

    /// <summary>In minor units; set when the order is placed.</summary>
    public long Total { get; init; }

    /// <summary>The previous step; set only in the batch that made the last one, for its event.</summary>
    public OrderStep? Previous { get; init; }

    public OrderDocument Evolve(Order order, OrderMoved moved) => this with
    {
        Order = order,
        Timeline = [.. Timeline, .. TimelineJson.Line(moved)],
        UpdatedAt = moved.At,
        Previous = new OrderStep(Order.Status, UpdatedAt),
    };

    /// <summary>
    /// The order at an earlier version, for replayed responses. Those predate the courier, which is therefore omitted.
    /// </summary>
    public OrderDocument AsOf(int version)
    {
        if (version == Order.Version) return this;
        var end = 0;
        for (var line = 0; line < version; line++) end += Timeline.AsSpan(end).IndexOf((byte)'\n') + 1;
        var (status, at) = TimelineJson.Last(Timeline.AsSpan(0, end));
        return this with
        {
            Order = Order with { Version = version, Status = status, CourierId = null },
            Timeline = Timeline[..end],
            UpdatedAt = at,
        };
    }
}

/// <summary>A status of an order and the time it was reached.</summary>
public sealed record OrderStep(OrderStatus Status, DateTimeOffset At);

/// <summary>Lines such as <c>{"status":"accepted","at":"…","by":"kitchen"}</c>.</summary>
static class TimelineJson
{
    public static byte[] Line(OrderPlaced placed, string by) =>
        Line(OrderStatus.Placed, placed.Content.PlacedAt, by, implied: false, null, null, null);

    public static byte[] Line(OrderMoved moved) => Line(
        moved.Status, moved.At, Names.Of(moved.Actor), moved.Implied, moved.Reason,
        moved.Disposition is { } disposition ? Names.Of(disposition) : null, moved.CourierId);

    public static (OrderStatus Status, DateTimeOffset At) Last(ReadOnlySpan<byte> lines)
    {
        var start = lines[..^1].LastIndexOf((byte)'\n') + 1;
        var reader = new Utf8JsonReader(lines[start..^1]);
        var (status, at) = (default(string), default(DateTimeOffset));
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            var name = reader.GetString();
            reader.Read();
            if (name == "status") status = reader.GetString();
            else if (name == "at") at = reader.GetDateTimeOffset();
        }
        return (Array.Find(Enum.GetValues<OrderStatus>(), value => Names.Of(value) == status), at);
    }

    static byte[] Line(OrderStatus status, DateTimeOffset at, string by, bool implied, string? reason, string? stock,
        string? courier)
    {
        var line = new StringBuilder(96)
            .Append("{\"status\":\"").Append(Names.Of(status))
            .Append("\",\"at\":\"").Append(JsonTime.Text(at))
            .Append("\",\"by\":\"").Append(by).Append('"');
        if (implied) line.Append(",\"implied\":true");
        if (reason is not null) line.Append(",\"reason\":\"").Append(reason).Append('"');
        if (stock is not null) line.Append(",\"stock\":\"").Append(stock).Append('"');
        if (courier is not null)
            line.Append(",\"courierId\":\"").Append(JsonEncodedText.Encode(courier).ToString()).Append('"');
        return Encoding.UTF8.GetBytes(line.Append("}\n").ToString());
    }
}

using System.Buffers.Binary;
using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Orders;

/// <summary>Which orders a list holds; null, or no status, is all of them.</summary>
sealed record OrderFilter(
    string? KitchenId = null, string? BrandId = null, IReadOnlyList<OrderStatus>? Statuses = null,
    string? Channel = null, string? CustomerId = null, string? ExternalReference = null,
    DateTimeOffset? PlacedFrom = null, DateTimeOffset? PlacedTo = null)
{
    public bool IsOpen =>
        Statuses is { Count: > 0 } && !Statuses.Any(status => status is OrderStatus.Delivered or OrderStatus.Cancelled);
}

/// <summary>
/// A filter as SQL, in two parts: <see cref="Seek"/> is what an index leads to, in the order of the ids;
/// <see cref="Rest"/> is looked at row by row.
/// </summary>
sealed class OrderSearch
{
    /// <summary>
    /// An id is made when the request comes; the order is placed when its batch is decided, a little later.
    /// </summary>
    static readonly TimeSpan placedAfterId = TimeSpan.FromMinutes(5);

    // The few channels, found by skipping through the index: a reference alone would have to read all of it.
    const string Channels = """
        ARRAY(WITH RECURSIVE channels AS (
            SELECT min(channel) AS channel FROM orders WHERE external_reference IS NOT NULL
            UNION ALL
            SELECT (SELECT min(o.channel) FROM orders o
                WHERE o.external_reference IS NOT NULL AND o.channel > c.channel)
            FROM channels c WHERE c.channel IS NOT NULL)
        SELECT channel FROM channels WHERE channel IS NOT NULL)
        """;

    readonly List<string> seek = [];
    readonly List<string> rest = ["true"];
    readonly List<NpgsqlParameter> parameters = [];

    public OrderSearch(OrderFilter filter, Scope scope, Guid? before)
    {
        // The one kitchen or customer that is theirs leads through an index, and could not lead to another's.
        if (scope.CourierId is null && scope.Kitchens is { Count: 1 } one) filter = Narrowed(filter, one.Single());
        if (scope.OfOrders(Bind) is { } theirs) (scope.CustomerId is null ? rest : seek).Add(theirs);
        var kitchen = filter.KitchenId is null ? null
            : $"o.kitchen = (SELECT number FROM kitchens WHERE id = {Bind(filter.KitchenId)})";
        var customer = filter.CustomerId is null ? null : $"o.customer_id = {Bind(filter.CustomerId)}";
        var reference = filter.ExternalReference is null ? null
            : $"o.external_reference = {Bind(filter.ExternalReference)} AND o.channel = ANY({Channels})";
        var first = reference ?? customer ?? kitchen;
        foreach (var condition in new[] { reference, customer, kitchen })
        {
            if (condition is not null) (condition == first ? seek : rest).Add(condition);
        }
        if (filter.IsOpen) seek.Add("NOT o.closed");
        if (before is { } cursor) seek.Add($"o.id < {Bind(cursor)}");
        Between(filter.PlacedFrom, filter.PlacedTo);
        if (filter.BrandId is not null) rest.Add($"o.brand_id = {Bind(filter.BrandId)}");
        if (filter.Channel is not null) rest.Add($"o.channel = {Bind(filter.Channel)}");
        if (filter.Statuses is { Count: > 0 } statuses)
            rest.Add($"o.status = ANY({Bind(statuses.Select(status => (short)status).ToArray())})");
        if (seek.Count == 0) seek.Add("true");
    }

    OrderSearch(Guid id, Scope scope)
    {
        seek.Add($"o.id = {Bind(id)}");
        if (scope.OfOrders(Bind) is { } theirs) rest.Add(theirs);
    }

    /// <summary>One order, if it is theirs.</summary>
    public static OrderSearch Of(Guid id, Scope scope) => new(id, scope);

    static OrderFilter Narrowed(OrderFilter filter, string kitchen) =>
        filter.KitchenId is null ? filter with { KitchenId = kitchen } : filter;

    public string Seek => string.Join(" AND ", seek);
    public string Rest => string.Join(" AND ", rest);

    public NpgsqlParameter[] Parameters => [.. parameters.Select(parameter => parameter.Clone())];

    /// <summary>Ids begin with the time, so a span of time is a range of ids; the exact bounds are looked at.</summary>
    void Between(DateTimeOffset? from, DateTimeOffset? to)
    {
        if (from is { } start)
        {
            var earliest = start.ToUnixTimeMilliseconds() - (long)placedAfterId.TotalMilliseconds;
            seek.Add($"o.id >= {Bind(FirstId(earliest))}");
            rest.Add($"o.placed_at >= {Bind(start.UtcDateTime)}");
        }
        if (to is { } end)
        {
            seek.Add($"o.id < {Bind(FirstId(end.ToUnixTimeMilliseconds() + 1))}");
            rest.Add($"o.placed_at < {Bind(end.UtcDateTime)}");
        }
    }

    /// <summary>No UUIDv7 of that millisecond is below it.</summary>
    static Guid FirstId(long milliseconds)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Clamp(milliseconds, 0, (1L << 47) - 1) << 16);
        return new Guid(bytes, bigEndian: true);
    }

    string Bind(object value)
    {
        parameters.Add(new NpgsqlParameter { Value = value });
        return $"${parameters.Count}";
    }
}

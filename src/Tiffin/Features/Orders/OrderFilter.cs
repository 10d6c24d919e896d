using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Orders;

// Null, or an empty list of statuses, means no filter.
sealed record OrderFilter(
    string? KitchenId = null, string? BrandId = null, IReadOnlyList<OrderStatus>? Statuses = null,
    string? Channel = null, string? CustomerId = null, string? ExternalReference = null,
    DateTimeOffset? PlacedFrom = null, DateTimeOffset? PlacedTo = null)
{
    public bool OpenOnly =>
        Statuses is { Count: > 0 } && !Statuses.Any(status => status is OrderStatus.Delivered or OrderStatus.Cancelled);
}

/// <summary>
/// A filter as SQL, in two parts: <see cref="Seek"/> is served by an index in the order of ids; <see cref="Rest"/> is
/// checked row by row.
/// </summary>
sealed class OrderSearch
{
    // The id is created when the request arrives, by the node's clock; placed_at when its batch is decided, by the
    // database's. The clocks differ by seconds at most: a node with a greater skew is not ready.
    static readonly TimeSpan idSkewMax = TimeSpan.FromMinutes(5);

    // The distinct channels, by an index skip scan: the index starts with the channel, so it cannot be searched by the
    // reference alone.
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
        // The caller's only kitchen, or their customer, is a seek condition: it uses an index.
        if (scope.CourierId is null && scope.Kitchens is { Count: 1 } one) filter = WithKitchen(filter, one.Single());
        if (scope.OrderCondition(Bind) is { } inScope) (scope.CustomerId is null ? rest : seek).Add(inScope);
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
        if (filter.OpenOnly) seek.Add("NOT o.closed");
        if (before is { } cursor) seek.Add($"o.id < {Bind(cursor)}");
        AddTimeRange(filter.PlacedFrom, filter.PlacedTo);
        if (filter.BrandId is not null) rest.Add($"o.brand_id = {Bind(filter.BrandId)}");
        if (filter.Channel is not null) rest.Add($"o.channel = {Bind(filter.Channel)}");
        if (filter.Statuses is { Count: > 0 } statuses)
            rest.Add($"o.status = ANY({Bind(statuses.Select(status => (short)status).ToArray())})");
        if (seek.Count == 0) seek.Add("true");
    }

    OrderSearch(Guid id, Scope scope)
    {
        seek.Add($"o.id = {Bind(id)}");
        if (scope.OrderCondition(Bind) is { } inScope) rest.Add(inScope);
    }

    /// <summary>One order, if it is within the scope.</summary>
    public static OrderSearch Of(Guid id, Scope scope) => new(id, scope);

    static OrderFilter WithKitchen(OrderFilter filter, string kitchen) =>
        filter.KitchenId is null ? filter with { KitchenId = kitchen } : filter;

    public string Seek => string.Join(" AND ", seek);
    public string Rest => string.Join(" AND ", rest);

    public NpgsqlParameter[] Parameters => [.. parameters.Select(parameter => parameter.Clone())];

    // UUIDv7 ids start with the time, so a time range is a range of ids; placed_at checks the exact bounds.
    void AddTimeRange(DateTimeOffset? from, DateTimeOffset? to)
    {
        if (from is { } start)
        {
            var earliest = start.ToUnixTimeMilliseconds() - (long)idSkewMax.TotalMilliseconds;
            seek.Add($"o.id >= {Bind(OrderTable.FirstId(earliest))}");
            rest.Add($"o.placed_at >= {Bind(start.UtcDateTime)}");
        }
        if (to is { } end)
        {
            var latest = end.ToUnixTimeMilliseconds() + (long)idSkewMax.TotalMilliseconds;
            seek.Add($"o.id < {Bind(OrderTable.FirstId(latest))}");
            rest.Add($"o.placed_at < {Bind(end.UtcDateTime)}");
        }
    }

    string Bind(object value)
    {
        parameters.Add(new NpgsqlParameter { Value = value });
        return $"${parameters.Count}";
    }
}

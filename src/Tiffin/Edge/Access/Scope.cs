using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Edge.Access;

/// <summary>
/// What a caller may see, as a filter for SQL queries: rows outside the scope are never read. Null means no limit.
/// </summary>
sealed record Scope(IReadOnlySet<string>? Kitchens, string? Channel, string? CustomerId, string? CourierId)
{
    public static readonly Scope All = new(null, null, null, null);

    // Orders that a courier can take.
    static readonly string toTake = "o.courier_id IS NULL AND NOT o.closed AND o.fulfilment = "
        + $"{(short)FulfilmentType.Delivery}";

    /// <summary>The counterpart of <see cref="Caller.Sees"/>.</summary>
    public static Scope Of(Caller caller) => caller.Role switch
    {
        Role.Admin or Role.System => All,
        Role.Manager or Role.Kitchen => new(caller.Kitchens, null, null, null),
        Role.Courier => new(caller.Kitchens, null, null, caller.Id),
        // A channel key without a channel sees no orders: no order has the channel "".
        Role.Channel => new(null, caller.Channel ?? "", null, null),
        _ => new(null, caller.Channel, caller.Id, null),
    };

    /// <summary>Whether a kitchen can have orders in this scope.</summary>
    public bool IncludesKitchen(string kitchenId) =>
        Kitchens is null || CourierId is not null || Kitchens.Contains(kitchenId);

    /// <summary>The SQL condition, with its parameters added to the command.</summary>
    internal string? OrderCondition(NpgsqlCommand command) => OrderCondition(value => Bind(command, value));

    internal static string Bind(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value });
        return $"${command.Parameters.Count}";
    }

    /// <summary>The SQL condition on <c>orders o</c>; null for all orders.</summary>
    internal string? OrderCondition(Func<object, string> bind)
    {
        var conditions = new List<string>();
        if (Channel is not null) conditions.Add($"o.channel = {bind(Channel)}");
        if (CustomerId is not null) conditions.Add($"o.customer_id = {bind(CustomerId)}");
        if (Kitchens is not null)
        {
            var numbers = $"SELECT number FROM kitchens WHERE id = ANY({bind(Kitchens.ToArray())})";
            var here = $"o.kitchen = ANY(ARRAY({numbers}))";
            conditions.Add(CourierId is null
                ? here
                : $"(o.courier_id = {bind(CourierId)} OR ({toTake} AND {here}))");
        }
        return conditions.Count == 0 ? null : string.Join(" AND ", conditions);
    }
}

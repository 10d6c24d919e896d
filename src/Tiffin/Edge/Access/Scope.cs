using Npgsql;
using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>
/// What a caller may see, for queries to put into their SQL: what is not theirs is not even read. A null is no limit.
/// </summary>
public sealed record Scope(IReadOnlySet<string>? Kitchens, string? Channel, string? CustomerId, string? CourierId)
{
    public static readonly Scope All = new(null, null, null, null);

    /// <summary>The counterpart of <see cref="Caller.Sees"/>.</summary>
    public static Scope Of(Caller caller) => caller.Role switch
    {
        Role.Admin or Role.System => All,
        Role.Manager or Role.Kitchen => new(caller.Kitchens, null, null, null),
        Role.Courier => new(caller.Kitchens, null, null, caller.Id),
        // A channel or a customer without one of their own sees the orders of the channel "": none.
        Role.Channel => new(null, caller.Channel ?? "", null, null),
        _ => new(null, caller.Channel, caller.Id, null),
    };

    /// <summary>Whether a kitchen may hold an order that they see.</summary>
    public bool Reaches(string kitchenId) => Kitchens is null || CourierId is not null || Kitchens.Contains(kitchenId);

    /// <summary>The condition, with its parameters added to a command.</summary>
    internal string? OfOrders(NpgsqlCommand command) => OfOrders(value => Bind(command, value));

    internal static string Bind(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value });
        return $"${command.Parameters.Count}";
    }

    /// <summary>As a condition on orders, called <c>o</c>; null for all of them.</summary>
    internal string? OfOrders(Func<object, string> bind)
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
                : $"(o.courier_id = {bind(CourierId)} OR (o.courier_id IS NULL AND NOT o.closed AND {here}))");
        }
        return conditions.Count == 0 ? null : string.Join(" AND ", conditions);
    }
}

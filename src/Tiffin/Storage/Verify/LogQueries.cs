using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using Tiffin.Wire;

namespace Tiffin.Storage.Verify;

/// <summary>What several invariants ask of the log.</summary>
static class LogQueries
{
    /// <summary>The statuses by their code + 1. An order's event has the code of the status that it leads to.</summary>
    public static readonly string Statuses = Words(Enum.GetValues<OrderStatus>().Select(Names.Of));

    public static readonly string Kinds = Words(Enum.GetValues<MovementKind>().Select(Names.Of));

    /// <summary>The events of orders: types 0 to 6.</summary>
    public const string OfOrders = "type <= 6";

    public const string Data = "convert_from(data, 'UTF8')::jsonb";

    /// <summary>Where the log begins: old partitions are dropped whole.</summary>
    public const string First = "(SELECT coalesce(min(position), 1) FROM events)";

    /// <summary>Up to where the ledger has the log.</summary>
    public const string Ledger = "(SELECT coalesce(max(position), 0) FROM subscribers WHERE name = 'ledger')";

    /// <summary>The orders of which the log has every event.</summary>
    public const string WholeOrders = $"(SELECT * FROM orders WHERE positions[1] >= {First})";

    /// <summary>The orders of which it has not.</summary>
    public const string CutOrders = $"(SELECT id FROM orders WHERE positions[1] < {First})";

    /// <summary>Each order as its events tell it.</summary>
    public const string Orders = $"""
        SELECT order_id, count(*) AS version, array_agg(position ORDER BY sequence) AS positions,
            array_agg(type ORDER BY sequence) AS types
        FROM events WHERE {OfOrders} GROUP BY order_id
        """;

    /// <summary>Every change of stock: an order's event lists its own, another event is one.</summary>
    public static readonly string Movements = $"""
        SELECT e.position, e.order_id, k.number AS kitchen, i.number AS ingredient, m.kind, m.delta
        FROM (SELECT position, order_id, kitchen, type, {Data} AS data FROM events WHERE type <= 23) e
        CROSS JOIN LATERAL jsonb_to_recordset(CASE WHEN e.{OfOrders} THEN e.data->'stock' ELSE jsonb_build_array(
            e.data || jsonb_build_object('kind', (ARRAY['received', 'wasted', 'counted', 'corrected'])[e.type - 19]))
            END) AS m (sku text, kind text, delta bigint)
        LEFT JOIN kitchens k ON k.id = e.kitchen
        LEFT JOIN ingredients i ON i.sku = m.sku
        """;

    static string Words(IEnumerable<string> words) => $"ARRAY[{string.Join(", ", words.Select(word => $"'{word}'"))}]";
}

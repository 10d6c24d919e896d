using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Engine.Verify;

/// <summary>Queries of the log that several invariants share.</summary>
static class LogQueries
{
    /// <summary>
    /// Status names, indexed by code + 1. An order event's code is that of the status that it leads to.
    /// </summary>
    public static readonly string Statuses = Words(Enum.GetValues<OrderStatus>().Select(Names.Of));

    public static readonly string Kinds = Words(Enum.GetValues<MovementKind>().Select(Names.Of));

    /// <summary>The events of orders: types 0 to 6.</summary>
    public const string OfOrders = "type <= 6";

    public const string Data = "convert_from(data, 'UTF8')::jsonb";

    /// <summary>First position in the log; retention drops old partitions.</summary>
    public const string First = "(SELECT coalesce(min(position), 1) FROM events)";

    /// <summary>Checkpoint of the ledger.</summary>
    public const string Ledger = "(SELECT coalesce(max(position), 0) FROM subscribers WHERE name = 'ledger')";

    /// <summary>Orders whose events are all in the log.</summary>
    public const string WholeOrders = $"(SELECT * FROM orders WHERE positions[1] >= {First})";

    /// <summary>Orders that have lost events to retention.</summary>
    public const string CutOrders = $"(SELECT id FROM orders WHERE positions[1] < {First})";

    /// <summary>Orders as recomputed from their events.</summary>
    public const string Orders = $"""
        SELECT order_id, count(*) AS version, array_agg(position ORDER BY sequence) AS positions,
            array_agg(type ORDER BY sequence) AS types
        FROM events WHERE {OfOrders} GROUP BY order_id
        """;

    /// <summary>Every stock movement: an order event lists several, an inventory event is one.</summary>
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

using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Engine.Verify;

/// <summary>Queries of the log that several invariants share.</summary>
static class LogQueries
{
    /// <summary>Status names, indexed by their code + 1.</summary>
    public static readonly string Statuses = Words(Enum.GetValues<OrderStatus>().Select(Names.Of));

    /// <summary>The code of the status that an event's <c>type</c> leads to; null if it leads to none.</summary>
    public static readonly string StatusOfType = "CASE type " + string.Concat(EventTypes.All
        .Where(row => row.Status is not null).Select(row => $"WHEN {row.Type:d} THEN {row.Status:d} ")) + "END";

    public static readonly string Kinds = Words(Enum.GetValues<MovementKind>().Select(Names.Of));

    public static readonly string WasteReasons = Words(Enum.GetValues<WasteReason>().Select(Names.Of));

    /// <summary>The events of orders.</summary>
    public static readonly string OrderEvents = $"type IN ({Codes(row => row.IsOrderEvent)})";

    /// <summary>The status changes of orders.</summary>
    public static readonly string StatusChanges = $"type IN ({Codes(row => row.Status is not null)})";

    static readonly string movementEvents = $"type IN ({Codes(row => row.Movement is not null)})";

    public const string Data = "convert_from(data, 'UTF8')::jsonb";

    static readonly string kindOfType = "CASE type " + string.Concat(EventTypes.All
        .Where(row => row.Movement is not null)
        .Select(row => $"WHEN {row.Type:d} THEN '{Names.Of(row.Movement!.Value)}' ")) + "END";

    /// <summary>First position in the log; retention drops old partitions.</summary>
    public const string FirstPosition = "(SELECT coalesce(min(position), 1) FROM events)";

    /// <summary>Orders whose events are all in the log.</summary>
    public const string CompleteOrders = $"(SELECT * FROM orders WHERE positions[1] >= {FirstPosition})";

    /// <summary>Orders that have lost events to retention.</summary>
    public const string TruncatedOrders = $"(SELECT id FROM orders WHERE positions[1] < {FirstPosition})";

    /// <summary>Orders as recomputed from their events.</summary>
    public static readonly string Orders = $"""
        SELECT order_id, count(*) AS version, array_agg(position ORDER BY sequence) AS positions,
            array_agg({StatusOfType} ORDER BY sequence) AS statuses
        FROM events WHERE {OrderEvents} GROUP BY order_id
        """;

    /// <summary>Every stock movement: an order event lists several, an inventory event is one.</summary>
    public static readonly string Movements = $"""
        SELECT e.position, e.order_id, k.number AS kitchen, i.number AS ingredient, m.kind, m.delta, m.reason
        FROM (
            SELECT position, order_id, kitchen, type, {Data} AS data FROM events
            WHERE {OrderEvents} OR {movementEvents}) e
        CROSS JOIN LATERAL jsonb_to_recordset(CASE WHEN e.{OrderEvents} THEN e.data->'stock' ELSE jsonb_build_array(
            e.data || jsonb_build_object('kind', {kindOfType})) END)
            AS m (sku text, kind text, delta bigint, reason text)
        LEFT JOIN kitchens k ON k.id = e.kitchen
        LEFT JOIN ingredients i ON i.sku = m.sku
        """;

    static string Codes(Func<EventRow, bool> which) =>
        string.Join(", ", EventTypes.All.Where(which).Select(row => $"{row.Type:d}"));

    static string Words(IEnumerable<string> words) => $"ARRAY[{string.Join(", ", words.Select(word => $"'{word}'"))}]";
}

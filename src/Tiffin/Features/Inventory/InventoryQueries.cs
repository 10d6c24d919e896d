using Npgsql;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Inventory;

static class InventoryQueries
{
    const string LevelColumns = "i.sku, i.name, i.unit, s.on_hand, s.threshold, s.state, s.since";

    const string LevelFrom = """
        stock s JOIN kitchens k ON k.number = s.kitchen JOIN ingredients i ON i.number = s.ingredient
        """;

    // Reads only the open orders of the kitchen $1, once for all ingredients. A scheduled order whose stock is not yet
    // deducted has nothing on the shelf.
    static readonly string levelSql = $"""
        SELECT {LevelColumns}, s.on_hand + coalesce(waiting.quantity, 0)
        FROM {LevelFrom}
        LEFT JOIN (
            SELECT need.ingredient, sum(need.quantity)::bigint AS quantity
            FROM orders o CROSS JOIN LATERAL unnest(o.need_ingredients, o.need_quantities)
                AS need (ingredient, quantity)
            WHERE o.kitchen = (SELECT number FROM kitchens WHERE id = $1) AND NOT o.closed
                AND o.status IN ({OrderStatus.Placed:d}, {OrderStatus.Accepted:d})
                AND (o.details IS NULL OR convert_from(o.details, 'UTF8')::jsonb ->'schedule'->'stockAt' IS NULL)
            GROUP BY need.ingredient) waiting ON waiting.ingredient = s.ingredient
        WHERE k.id = $1
        """;

    /// <summary>Selects the ingredient $2 of the kitchen $1.</summary>
    public static readonly string OneSql = $"{levelSql} AND i.sku = $2";

    /// <summary>Selects up to $3 ingredients of the kitchen $1 after the SKU $2.</summary>
    public static string ListSql(bool belowThreshold) =>
        $"{levelSql} AND i.sku > $2 {(belowThreshold ? "AND s.on_hand < s.threshold" : "")} ORDER BY i.sku LIMIT $3";

    // An order's needs include those of its modifiers.
    static readonly string usedSql = $"""
        SELECT i.sku, sum(need.quantity)::bigint
        FROM orders o CROSS JOIN LATERAL unnest(o.need_ingredients, o.need_quantities) AS need (ingredient, quantity)
        JOIN ingredients i ON i.number = need.ingredient
        WHERE o.kitchen = (SELECT number FROM kitchens WHERE id = $1) AND o.id >= $2
            AND o.status <> {OrderStatus.Cancelled:d}
        GROUP BY i.sku
        """;

    /// <summary>Sorted by SKU; null if the kitchen does not exist.</summary>
    /// <param name="database">The database.</param>
    /// <param name="kitchenId">The kitchen.</param>
    /// <param name="belowThreshold">Only ingredients below their threshold.</param>
    /// <param name="after">Only ingredients after this SKU.</param>
    /// <param name="max">Maximum ingredients to read.</param>
    /// <param name="usedFrom">Adds the needs of the orders since this time; null for levels without them.</param>
    /// <param name="cancel">Cancels the queries.</param>
    public static async Task<List<StockLevel>?> Levels(
        Database database, string kitchenId, bool belowThreshold, string after, int max, DateTimeOffset? usedFrom,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        var levels = await Rows(
            connection, ListSql(belowThreshold), ReadLevel, cancel, P(kitchenId), P(after), P(max));
        if (usedFrom is { } from)
        {
            var used = (await Rows(connection, usedSql, row => (row.GetString(0), row.GetInt64(1)), cancel,
                P(kitchenId), P(OrderTable.FirstId(from.ToUnixTimeMilliseconds())))).ToDictionary();
            levels = [.. levels.Select(level => level with { Used = used.GetValueOrDefault(level.Sku) })];
        }
        return levels.Count > 0 || await Exists(connection, kitchenId, cancel) ? levels : null;
    }

    public static async Task<StockLevel?> Level(
        Database database, string kitchenId, string sku, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        return await FirstRow(connection, OneSql, ReadLevel, cancel, P(kitchenId), P(sku));
    }

    /// <summary>Low and out ingredients of one kitchen, or of all within the scope.</summary>
    public static async Task<List<StockAlert>> Alerts(
        Database database, Scope scope, string? kitchenId, string afterKitchen, string afterSku, int max,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        return await Rows(connection, $"""
            SELECT {LevelColumns}, k.id FROM {LevelFrom}
            WHERE s.has_alerts AND s.state <> {(short)StockState.Ok} AND (k.id, i.sku) > ($1, $2)
                AND ($3::text IS NULL OR k.id = $3) AND ($5::text[] IS NULL OR k.id = ANY($5))
            ORDER BY k.id, i.sku LIMIT $4
            """, row => new StockAlert(row.GetString(7), row.GetString(0), row.GetString(1), row.GetString(2),
                row.GetInt64(3), row.GetInt64(4), (StockState)row.GetInt16(5), row.Time(6)), cancel,
            P(afterKitchen), P(afterSku), P(kitchenId), P(max), P(scope.Kitchens?.ToArray()));
    }

    static Task<bool> Exists(NpgsqlConnection connection, string kitchenId, CancellationToken cancel) => SingleRow(
        connection, "SELECT EXISTS (SELECT FROM kitchens WHERE id = $1)", row => row.GetBoolean(0), cancel,
        P(kitchenId));

    static StockLevel ReadLevel(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4),
        (StockState)row.GetInt16(5), row.Time(6), row.GetInt64(7));
}

using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Notifications;

/// <summary>An ingredient's level when it crossed a threshold; <c>OnHand</c> in the ingredient's unit.</summary>
readonly record struct IngredientLevel(long Position, string KitchenId, EventType Type, string Sku, long OnHand);

/// <summary>Low-stock alerts that are not yet part of a message.</summary>
static class AlertTable
{
    static readonly RowSet<IngredientLevel> recorded = new RowSet<IngredientLevel>()
        .Column("position", level => level.Position)
        .Column("kitchen", level => level.KitchenId)
        .Column("sku", level => level.Sku)
        .Column("type", level => (short)level.Type)
        .Column("on_hand", level => level.OnHand);

    // Only the last event per ingredient counts: it may run low and recover within a batch.
    static readonly string recordSql = $"""
        WITH latest AS (
            SELECT DISTINCT ON (kitchen, sku) * FROM {recorded.From} ORDER BY kitchen, sku, position DESC),
        recovered AS (
            DELETE FROM alerts_pending p USING latest s
            WHERE s.type = {EventType.InventoryRecovered:d} AND (p.kitchen, p.sku) = (s.kitchen, s.sku))
        INSERT INTO alerts_pending (kitchen, sku, is_out, on_hand)
        SELECT s.kitchen, s.sku, s.type = {EventType.InventoryOut:d}, s.on_hand
        FROM latest s JOIN alert_addresses a ON a.kitchen = s.kitchen
        WHERE s.type <> {EventType.InventoryRecovered:d}
        ON CONFLICT (kitchen, sku) DO UPDATE SET is_out = excluded.is_out, on_hand = excluded.on_hand
        """;

    public static Task Record(NpgsqlConnection connection, List<IngredientLevel> levels, CancellationToken cancel) =>
        recorded.Run(connection, recordSql, levels, cancel);

    // Pending alerts are as old as the events read from the log, which may be days when notifications were only just
    // enabled. Only ingredients that are short now are worth a message.
    static readonly string lowStockSql = $"""
        ingredients i, kitchens k, stock s WHERE s.has_alerts AND s.state <> {StockState.Ok:d}
            AND s.kitchen = k.number AND s.ingredient = i.number
        """;

    // Updating alert_addresses locks the kitchen's row, so that two nodes cannot both create a message.
    static readonly string bundleSql = $"""
        WITH ready AS (
            UPDATE alert_addresses a SET next_at = clock_timestamp() + $1
            WHERE next_at <= clock_timestamp()
                AND EXISTS (SELECT FROM alerts_pending p, {lowStockSql}
                    AND p.kitchen = a.kitchen AND p.kitchen = k.id AND p.sku = i.sku)
            RETURNING kitchen),
        taken AS (
            DELETE FROM alerts_pending p USING ready r WHERE p.kitchen = r.kitchen
            RETURNING p.kitchen, p.sku)
        INSERT INTO notifications (id, kitchen, stock, channel, at, due_at)
        SELECT gen_random_uuid(), t.kitchen,
            string_agg(CASE WHEN s.state = {StockState.Out:d} THEN '✗ ' ELSE '↓ ' END || i.name || ': ' || s.on_hand
                || ' ' || i.unit, E'\n' ORDER BY s.state DESC, i.name),
            {MessageChannel.Email:d}, clock_timestamp(), clock_timestamp()
        FROM taken t, {lowStockSql} AND t.kitchen = k.id AND t.sku = i.sku GROUP BY t.kitchen
        """;

    /// <summary>Creates one message per kitchen for all its pending alerts, at most one per interval.</summary>
    public static NpgsqlBatchCommand BundleCommand(TimeSpan interval) => BatchCommand(bundleSql, P(interval));
}

using Tiffin.Domain;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Verify.LogQueries;

namespace Tiffin.Engine.Verify;

static class StockInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("stock_rows", "an ingredient is in its own stock row, once", $"""
            SELECT s.kitchen || '/' || s.block,
                s.ingredients = (
                    SELECT array_agg(DISTINCT i.number ORDER BY i.number) FROM unnest(s.ingredients) AS entry (number)
                    JOIN ingredients i ON i.number = entry.number AND i.number / {StockRowKey.Width} = s.block)
            FROM stock_rows s
            """),
        new("stock_thresholds", "a threshold is the last one that was set", $"""
            SELECT k.id || '/' || i.sku,
                s.threshold = coalesce(t.threshold, CASE WHEN {FirstPosition} = 1 THEN 0 ELSE s.threshold END)
            FROM stock s JOIN kitchens k ON k.number = s.kitchen JOIN ingredients i ON i.number = s.ingredient
            LEFT JOIN (
                SELECT DISTINCT ON (subject) subject, ({Data}->>'threshold')::bigint AS threshold
                FROM events
                WHERE type = {EventType.CatalogueChanged:d} AND subject LIKE 'kitchens/%/stock/%'
                ORDER BY subject, position DESC) t
                ON t.subject = 'kitchens/' || k.id || '/stock/' || i.sku
            """),
        new("order_needs", "an order's needs are what its events sold; nothing is sold before its stock is taken", $"""
            SELECT o.id::text, CASE WHEN convert_from(o.details, 'UTF8')::jsonb->'schedule' ? 'stockAt'
                THEN m.sold IS NULL
                ELSE (
                    SELECT array_agg((ingredient, quantity)::text ORDER BY ingredient)
                    FROM unnest(o.need_ingredients, o.need_quantities) AS need (ingredient, quantity))
                    IS NOT DISTINCT FROM m.sold END
            FROM {CompleteOrders} o LEFT JOIN (
                SELECT order_id, array_agg((ingredient, -delta)::text ORDER BY ingredient) AS sold
                FROM ({Movements}) AS all_of WHERE kind = 'sold' GROUP BY order_id) m ON m.order_id = o.id
            """),
        new("order_stock", "a cancelled order returned or wasted its ingredients; any other keeps them", $"""
            SELECT m.order_id || ' ' || m.ingredient,
                m.sold > 0 AND m.returned = CASE WHEN c.order_id IS NULL THEN 0 ELSE m.sold END
                AND m.wasted BETWEEN CASE WHEN c.disposition = 'waste' THEN m.sold ELSE 0 END
                    AND CASE WHEN c.disposition IN ('waste', 'by_progress') THEN m.sold ELSE 0 END
            FROM (
                SELECT order_id, ingredient, sum(-delta) FILTER (WHERE kind = 'sold') AS sold,
                    coalesce(sum(delta) FILTER (WHERE kind = 'returned'), 0) AS returned,
                    coalesce(sum(-delta) FILTER (WHERE kind = 'wasted'), 0) AS wasted
                FROM ({Movements}) AS all_of WHERE order_id IS NOT NULL GROUP BY order_id, ingredient) m
            LEFT JOIN (
                SELECT order_id, {Data}->>'disposition' AS disposition
                FROM events WHERE type = {EventType.OrderCancelled:d}) c
                ON c.order_id = m.order_id
            LEFT JOIN {TruncatedOrders} cut ON cut.id = m.order_id WHERE cut.id IS NULL
            """),
    ];
}

using Tiffin.Domain;
using static Tiffin.Engine.Verify.LogQueries;

namespace Tiffin.Engine.Verify;

static class StockInvariants
{
    const string Named = "JOIN kitchens k ON k.number = s.kitchen JOIN ingredients i ON i.number = s.ingredient";

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("stock_on_hand", "stock on hand is the sum of all changes in the log, and in the ledger before it", $"""
            SELECT coalesce(s.kitchen, m.kitchen) || '/' || coalesce(s.ingredient, m.ingredient),
                s.on_hand = coalesce(m.sum, 0)
            FROM stock s
            FULL JOIN (
                SELECT kitchen, ingredient, sum(delta)
                FROM (
                    SELECT kitchen, ingredient, delta FROM ({Movements}) AS logged
                    UNION ALL
                    SELECT kitchen, ingredient, entry.delta
                    FROM movements CROSS JOIN LATERAL unnest(positions, deltas) AS entry (position, delta)
                    WHERE movements.position < {First} AND entry.position < {First}) all_of
                GROUP BY kitchen, ingredient) m
                ON m.kitchen = s.kitchen AND m.ingredient = s.ingredient
            """),
        new("stock_rows", "an ingredient is in its own stock row, once", """
            SELECT s.kitchen || '/' || s.block,
                s.ingredients = (
                    SELECT array_agg(DISTINCT i.number ORDER BY i.number) FROM unnest(s.ingredients) AS entry (number)
                    JOIN ingredients i ON i.number = entry.number AND i.number / 32 = s.block)
            FROM stock_rows s
            """),
        new("stock_thresholds", "a threshold is the last one that was set", $"""
            SELECT k.id || '/' || i.sku,
                s.threshold = coalesce(t.threshold, CASE WHEN {First} = 1 THEN 0 ELSE s.threshold END)
            FROM stock s {Named}
            LEFT JOIN (
                SELECT DISTINCT ON (subject) subject, ({Data}->>'threshold')::bigint AS threshold
                FROM events
                WHERE type = {EventType.CatalogueChanged:d} AND subject LIKE 'kitchens/%/stock/%'
                ORDER BY subject, position DESC) t
                ON t.subject = 'kitchens/' || k.id || '/stock/' || i.sku
            """),
        new("stock_ledgers", "stock on hand is the balance of the last ledger page plus later changes in the log", $"""
            SELECT k.id || '/' || i.sku, s.on_hand = coalesce(last.balance, 0) + coalesce(since.delta, 0)
            FROM stock s {Named}
            LEFT JOIN LATERAL (
                SELECT balance FROM movements m WHERE m.kitchen = s.kitchen AND m.ingredient = s.ingredient
                ORDER BY position DESC LIMIT 1) last ON true
            LEFT JOIN (
                SELECT kitchen, ingredient, sum(delta) AS delta FROM ({Movements}) AS logged
                WHERE position > {Ledger} GROUP BY kitchen, ingredient) since
                ON since.kitchen = s.kitchen AND since.ingredient = s.ingredient
            """),
        new("ledger_pages", "a ledger page continues the previous one and adds up", """
            SELECT kitchen || '/' || ingredient || ' at ' || position,
                balance = coalesce(lag(balance) OVER ledger, 0) + (SELECT sum(delta) FROM unnest(deltas) AS delta)
                AND position = positions[1]
                AND position > coalesce(lag(positions[cardinality(positions)]) OVER ledger, 0)
            FROM movements WINDOW ledger AS (PARTITION BY kitchen, ingredient ORDER BY position)
            """),
        new("ledger_movements", "the ledger has exactly the changes of the log up to its position", $"""
            SELECT concat_ws('/', coalesce(l.kitchen, m.kitchen), coalesce(l.ingredient, m.ingredient)) || ' at '
                    || coalesce(l.position, m.position),
                l.delta = m.delta AND l.order_id = coalesce(m.order_id, '00000000-0000-0000-0000-000000000000')
            FROM (
                SELECT kitchen, ingredient, entry.position, ({Kinds})[entry.kind + 1] AS kind, delta, order_id
                FROM movements p
                CROSS JOIN LATERAL unnest(p.positions, p.kinds, p.deltas, p.orders)
                    AS entry (position, kind, delta, order_id)
                WHERE entry.position >= {First}) l
            FULL JOIN (SELECT * FROM ({Movements}) AS logged WHERE position <= {Ledger}) m
                ON m.position = l.position AND m.kitchen = l.kitchen
                AND m.ingredient = l.ingredient AND m.kind = l.kind
            """),
        new("order_needs", "an order's needs are what its events sold; nothing is sold before its stock is taken", $"""
            SELECT o.id::text, CASE WHEN convert_from(o.details, 'UTF8')::jsonb->'schedule' ? 'stockAt'
                THEN m.sold IS NULL
                ELSE (
                    SELECT array_agg((ingredient, quantity)::text ORDER BY ingredient)
                    FROM unnest(o.need_ingredients, o.need_quantities) AS need (ingredient, quantity))
                    IS NOT DISTINCT FROM m.sold END
            FROM {WholeOrders} o LEFT JOIN (
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
            LEFT JOIN {CutOrders} cut ON cut.id = m.order_id WHERE cut.id IS NULL
            """),
    ];
}

using Tiffin.Engine.Verify;
using static Tiffin.Engine.Verify.LogQueries;

namespace Tiffin.Features.Inventory;

/// <summary>Consistency of the ledger with the log and with the stock rows.</summary>
static class LedgerInvariants
{
    const string Checkpoint = "(SELECT coalesce(max(position), 0) FROM subscribers WHERE name = 'ledger')";

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
                    WHERE movements.position < {FirstPosition} AND entry.position < {FirstPosition}) all_of
                GROUP BY kitchen, ingredient) m
                ON m.kitchen = s.kitchen AND m.ingredient = s.ingredient
            """),
        new("stock_ledgers", "stock on hand is the balance of the last ledger page plus later changes in the log", $"""
            SELECT k.id || '/' || i.sku, s.on_hand = coalesce(last.balance, 0) + coalesce(since.delta, 0)
            FROM stock s JOIN kitchens k ON k.number = s.kitchen JOIN ingredients i ON i.number = s.ingredient
            LEFT JOIN LATERAL (
                SELECT balance FROM movements m WHERE m.kitchen = s.kitchen AND m.ingredient = s.ingredient
                ORDER BY position DESC LIMIT 1) last ON true
            LEFT JOIN (
                SELECT kitchen, ingredient, sum(delta) AS delta FROM ({Movements}) AS logged
                WHERE position > {Checkpoint} GROUP BY kitchen, ingredient) since
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
                    AND (l.has_no_reasons OR l.reason IS NOT DISTINCT FROM m.reason)
            FROM (
                SELECT kitchen, ingredient, entry.position, ({Kinds})[entry.kind + 1] AS kind, delta, order_id,
                    ({WasteReasons})[entry.reason + 1] AS reason, p.reasons IS NULL AS has_no_reasons
                FROM movements p
                CROSS JOIN LATERAL unnest(p.positions, p.kinds, p.deltas, p.orders, p.reasons)
                    AS entry (position, kind, delta, order_id, reason)
                WHERE entry.position >= {FirstPosition}) l
            FULL JOIN (SELECT * FROM ({Movements}) AS logged WHERE position <= {Checkpoint}) m
                ON m.position = l.position AND m.kitchen = l.kitchen
                AND m.ingredient = l.ingredient AND m.kind = l.kind
            """),
    ];
}

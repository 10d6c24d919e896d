using Tiffin.Domain.Inventory;

namespace Tiffin.Tests.Storage.Verify;

/// <summary>Damage to a database, and the invariant that detects it.</summary>
public static class Damages
{
    const string ThirdOfK1 = "kitchen = 1 AND number = 3";

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var (invariant, damage) in log.Concat(orders).Concat(stock)) all.Add(invariant, damage);
            return all;
        }
    }

    static readonly (string Invariant, string Damage)[] log =
    [
        ("log_positions", "DELETE FROM events WHERE position = 3"),
        ("log_positions", "UPDATE events SET position = position + 1000 WHERE position >= 4"),
        ("log_ids", "UPDATE events SET id = (SELECT id FROM events WHERE position = 1) WHERE position = 2"),
        ("log_sequences", "UPDATE events SET sequence = sequence + 1 WHERE type = 5"),
        ("log_sequences", "DELETE FROM events WHERE type = 4"),
        ("log_moves", "UPDATE events SET type = 0 WHERE type = 2"),
        ("log_moves", "UPDATE events SET type = 5 WHERE type = 3"),
        ("log_data", "UPDATE events SET brand_id = 'other' WHERE type = 5"),
        ("log_data", "UPDATE events SET type = 3 WHERE type = 5"),
        ("catalogue_version", "UPDATE log SET catalogue_version = catalogue_version + 1"),
        ("subscriber_positions", "UPDATE subscribers SET position = 1000000"),
    ];

    static readonly (string Invariant, string Damage)[] orders =
    [
        ("orders", $"DELETE FROM orders WHERE {ThirdOfK1}"),
        ("orders", $"DELETE FROM events WHERE order_id = (SELECT id FROM orders WHERE {ThirdOfK1})"),
        (
            "order_versions", $"""
                ALTER TABLE orders DROP CONSTRAINT order_position_per_version;
                UPDATE orders SET version = version + 1 WHERE {ThirdOfK1}
                """
        ),
        ("order_positions", $"UPDATE orders SET positions[2] = positions[2] + 1 WHERE {ThirdOfK1}"),
        ("order_statuses", "UPDATE orders SET status = 1 WHERE status = 2"),
        ("order_timelines", Replaced("orders", "timeline", "\"delivered\"", "\"ready\"")),
        ("order_details", Replaced("orders", "details", "\"acceptBy\":\"20", "\"acceptBy\":\"21")),
        ("order_details", "UPDATE orders SET details = NULL WHERE kitchen = 2"),
        ("order_details", Replaced("orders", "details", "\"state\":\"started\"", "\"state\":\"done\"")),
        ("order_timers", "DELETE FROM order_timers"),
        // A timer that should have fired long ago.
        ("order_timers", "DELETE FROM order_timers; UPDATE orders SET due_at = '2020-01-01' WHERE due_at IS NOT NULL"),
        ("order_contents", Replaced("orders", "content", "\"name\":\"plain\"", "\"name\":\"paneer\"")),
        ("order_contents", $"UPDATE orders SET channel = 'phone' WHERE {ThirdOfK1}"),
        ("order_contents", "UPDATE orders SET customer_id = 'ravi' WHERE customer_id IS NOT NULL"),
        ("order_contents", $"UPDATE orders SET placed_at = placed_at - interval '1 hour' WHERE {ThirdOfK1}"),
        ("order_totals", $"UPDATE orders SET total = total + 1 WHERE {ThirdOfK1}"),
        ("order_totals", Replaced("orders", "content", "\"fees\":{\"amount\":0", "\"fees\":{\"amount\":1")),
        ("order_lines", Replaced("orders", "content", "\"amount\":1500,", "\"amount\":1501,")),
        ("order_ids", $"UPDATE orders SET kitchen = 2 WHERE {ThirdOfK1}"),
        ("order_numbers", $"UPDATE orders SET number = 4 WHERE {ThirdOfK1}"),
        ("order_numbers", $"DELETE FROM orders WHERE {ThirdOfK1}"),
        ("kitchen_days", "UPDATE kitchen_days SET last_number = last_number + 1 WHERE kitchen = 1"),
        ("kitchen_days", "DELETE FROM kitchen_days WHERE kitchen = 2"),
        (
            "order_references", """
                DROP INDEX order_external_reference_once;
                UPDATE orders SET external_reference = 'ref-1' WHERE external_reference = 'ref-2'
                """
        ),
        ("requests", "UPDATE requests SET version = 99 WHERE order_id IS NOT NULL"),
        ("requests", "UPDATE requests SET order_id = gen_random_uuid() WHERE order_id IS NOT NULL"),
        (
            "contacts", $"""
                UPDATE contacts SET order_id = gen_random_uuid()
                WHERE order_id = (SELECT id FROM orders WHERE {ThirdOfK1})
                """
        ),
        (
            "contacts", """
                ALTER TABLE contacts DROP CONSTRAINT contacts_pkey;
                INSERT INTO contacts SELECT * FROM contacts LIMIT 1
                """
        ),
    ];

    static readonly (string Invariant, string Damage)[] stock =
    [
        ("stock_on_hand", "UPDATE stock_rows SET on_hand[1] = on_hand[1] + 1 WHERE kitchen = 1"),
        ("stock_on_hand", "DELETE FROM stock_rows WHERE kitchen = 2"),
        ("stock_on_hand", "DELETE FROM events WHERE type = 21"),
        ("stock_thresholds", "UPDATE stock_rows SET thresholds[1] = thresholds[1] + 1 WHERE kitchen = 1"),
        ("stock_ledgers", "UPDATE stock_rows SET on_hand[1] = on_hand[1] - 1 WHERE kitchen = 1"),
        ("stock_rows", "UPDATE stock_rows SET block = block + 1 WHERE kitchen = 1"),
        ("stock_rows", "UPDATE stock_rows SET ingredients[1] = ingredients[2] WHERE kitchen = 1"),
        ("stock_ledgers", "DELETE FROM movements WHERE kitchen = 2 AND ingredient = 1"),
        ("ledger_pages", "UPDATE movements SET deltas[1] = deltas[1] + 1 WHERE kitchen = 2 AND ingredient = 1"),
        (
            "ledger_pages", """
                DELETE FROM movements WHERE kitchen = 1 AND ingredient = 1
                    AND position = (SELECT min(position) FROM movements WHERE kitchen = 1 AND ingredient = 1)
                """
        ),
        ("ledger_movements", "UPDATE movements SET orders[1] = gen_random_uuid() WHERE kitchen = 2"),
        ("ledger_movements", "UPDATE movements SET kinds[1] = 5 WHERE kitchen = 2"),
        (
            "ledger_movements", $"""
                UPDATE movements SET reasons = array_replace(
                    reasons, {WasteReason.CancelledOrder:d}::smallint, {WasteReason.Burnt:d}::smallint)
                """
        ),
        ("ledger_movements", "DELETE FROM movements WHERE kitchen = 2 AND ingredient = 3"),
        ("order_needs", $"UPDATE orders SET need_quantities[1] = need_quantities[1] + 1 WHERE {ThirdOfK1}"),
        ("order_needs", Replaced("orders", "details", "\"stockAt\"", "\"wasAt\"")),
        ("order_stock", Replaced("events", "data", "\"returned\",\"delta\":100", "\"returned\",\"delta\":99")),
        ("order_stock", Replaced("events", "data", "\"disposition\":\"return\"", "\"disposition\":\"waste\"")),
        (
            "order_stock",
            Replaced("events", "data", "\"disposition\":\"by_progress\"", "\"disposition\":\"return\"")
        ),
        ("order_stock", Replaced("events", "data", "\"wasted\",\"delta\":-100", "\"wasted\",\"delta\":-301")),
        ("order_stock", Replaced("events", "data", "\"kind\":\"sold\"", "\"kind\":\"wasted\"")),
    ];

    static string Replaced(string table, string column, string old, string replacement) => $"""
        UPDATE {table} SET {column} = convert_to(
            replace(convert_from({column}, 'UTF8'), '{old}', '{replacement}'), 'UTF8')
        WHERE position('{old}' IN convert_from({column}, 'UTF8')) > 0
        """;
}

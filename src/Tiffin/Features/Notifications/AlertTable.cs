using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Notifications;

/// <summary>What an event says of an ingredient that crossed its threshold; <c>OnHand</c> in its unit.</summary>
readonly record struct KitchenLevel(long Position, string KitchenId, EventType Type, string Sku, long OnHand);

/// <summary>What runs low in the kitchens, until they have been told.</summary>
static class AlertTable
{
    // The last word of the batch on each ingredient: it may be low and have recovered within it.
    const string NoteSql = """
        WITH said AS (
            SELECT DISTINCT ON (kitchen, sku) * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::smallint[],
                $5::bigint[]) AS s (position, kitchen, sku, type, on_hand)
            ORDER BY kitchen, sku, position DESC),
        recovered AS (
            DELETE FROM alerts_pending p USING said s
            WHERE s.type = 32 AND (p.kitchen, p.sku) = (s.kitchen, s.sku))
        INSERT INTO alerts_pending (kitchen, sku, is_out, on_hand)
        SELECT s.kitchen, s.sku, s.type = 31, s.on_hand
        FROM said s JOIN alert_addresses a ON a.kitchen = s.kitchen WHERE s.type <> 32
        ON CONFLICT (kitchen, sku) DO UPDATE SET is_out = excluded.is_out, on_hand = excluded.on_hand
        """;

    public static Task Note(NpgsqlConnection connection, List<KitchenLevel> levels, CancellationToken cancel) => Run(
        connection, NoteSql, cancel,
        P(levels.Select(l => l.Position).ToArray()), P(levels.Select(l => l.KitchenId).ToArray()),
        P(levels.Select(l => l.Sku).ToArray()), P(levels.Select(l => (short)l.Type).ToArray()),
        P(levels.Select(l => l.OnHand).ToArray()));

    // The address's row is locked while its kitchen's alerts are gathered, so that no two nodes make a message of them.
    const string BundleSql = """
        WITH ready AS (
            UPDATE alert_addresses a SET next_at = clock_timestamp() + $1
            WHERE next_at <= clock_timestamp()
                AND EXISTS (SELECT FROM alerts_pending p WHERE p.kitchen = a.kitchen)
            RETURNING kitchen),
        taken AS (
            DELETE FROM alerts_pending p USING ready r WHERE p.kitchen = r.kitchen
            RETURNING p.kitchen, p.sku, p.is_out, p.on_hand)
        INSERT INTO notifications (id, kitchen, stock, channel, at, due_at)
        SELECT gen_random_uuid(), t.kitchen,
            string_agg(CASE WHEN t.is_out THEN '✗ ' ELSE '↓ ' END || i.name || ': ' || t.on_hand || ' ' || i.unit,
                E'\n' ORDER BY t.is_out DESC, i.name),
            0, clock_timestamp(), clock_timestamp()
        FROM taken t JOIN ingredients i ON i.sku = t.sku GROUP BY t.kitchen
        """;

    /// <summary>Makes one message of all that a kitchen has yet to hear, where one may go now.</summary>
    public static NpgsqlBatchCommand Bundle(TimeSpan every) => Of(BundleSql, P(every));
}

using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Verify.LogQueries;

namespace Tiffin.Engine.Verify;

static class LogInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("log_positions", "positions are gap-free from 1, or from the first retained partition", $"""
            SELECT position::text,
                CASE WHEN before IS NULL THEN position = 1 OR position % {LogTable.PartitionSize} = 0
                    ELSE position = before + 1 END
            FROM (SELECT position, lag(position) OVER (ORDER BY position) AS before FROM events) counted
            """),
        new("log_ids", "event ids are unique", """
            SELECT id::text, count(*) = 1 FROM events GROUP BY id
            """),
        new("log_sequences", "an order's events are numbered from 1 without a gap, by position", $"""
            SELECT order_id || ' v' || sequence,
                CASE WHEN before IS NULL THEN sequence = 1 OR cut.id IS NOT NULL ELSE sequence = before + 1 END
            FROM (
                SELECT order_id, sequence, lag(sequence) OVER (PARTITION BY order_id ORDER BY position) AS before
                FROM events WHERE {OrderEvents}) steps
            LEFT JOIN {TruncatedOrders} cut ON cut.id = order_id
            """),
        new("log_moves", "an order starts placed, moves forward only, and ends delivered or cancelled", $"""
            SELECT order_id || ' v' || sequence,
                CASE WHEN before IS NULL THEN status = {OrderStatus.Placed:d} OR cut.id IS NOT NULL
                    ELSE status > before AND before < {OrderStatus.Delivered:d} END
            FROM (
                SELECT order_id, sequence, status,
                    lag(status) OVER (PARTITION BY order_id ORDER BY position) AS before
                FROM (
                    SELECT order_id, sequence, position, {StatusOfType} AS status
                    FROM events WHERE {StatusChanges}) e) moves
            LEFT JOIN {TruncatedOrders} cut ON cut.id = order_id
            """),
        new("log_data", "the columns of an order's event match its data", $"""
            SELECT position::text, data->>'orderId' = order_id::text AND data->>'version' = sequence::text
                AND (status IS NULL OR data->>'status' = ({Statuses})[status + 1])
                AND data->>'kitchenId' = kitchen AND data->>'brandId' = brand_id
            FROM (
                SELECT position, order_id, sequence, {StatusOfType} AS status, kitchen, brand_id, {Data} AS data
                FROM events WHERE {OrderEvents}) e
            """),
        new("catalogue_version", "the log's row has the version of the catalogue's latest entry", """
            SELECT catalogue_version::text, catalogue_version = (
                SELECT coalesce(max(version), 0) FROM (
                    SELECT version FROM brands UNION ALL SELECT version FROM ingredients
                    UNION ALL SELECT version FROM kitchens UNION ALL SELECT version FROM items
                    UNION ALL SELECT version FROM item_offs) entries)
            FROM log
            """),
        new("subscriber_positions", "no subscriber is ahead of the log", """
            SELECT name, position <= (SELECT coalesce(max(position), 0) FROM events) FROM subscribers
            """),
    ];
}

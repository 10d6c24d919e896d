using Tiffin.Domain;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Verify.LogQueries;

namespace Tiffin.Engine.Verify;

static class OrderInvariants
{
    // Orders joined with their state as recomputed from the log.
    static readonly string joinedWithLog = $"FROM {CompleteOrders} o LEFT JOIN ({Orders}) e ON e.order_id = o.id";

    static readonly string details =
        $"ARRAY[{string.Join(", ", OrderDetailsJson.Members.Select(name => $"'{name}'"))}]";

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("orders", "orders in the log and rows of orders match one to one", $"""
            SELECT coalesce(o.id, e.order_id)::text,
                o.id IS NOT NULL AND (e.order_id IS NOT NULL OR o.positions[1] < {FirstPosition})
            FROM orders o FULL JOIN ({Orders}) e ON e.order_id = o.id
            """),
        new("order_versions", "an order's version is the number of its events", $"""
            SELECT o.id::text, o.version = e.version {joinedWithLog}
            """),
        new("order_positions", "an order's positions are those of its events, one per version", $"""
            SELECT o.id::text, o.positions = e.positions {joinedWithLog}
            """),
        new("order_statuses", "an order's status is that of its last status change", $"""
            SELECT o.id::text, o.status = (array_remove(e.statuses, NULL))[cardinality(array_remove(e.statuses, NULL))]
            {joinedWithLog}
            """),
        new("order_timelines", "an order's timeline has the status of each version", $"""
            SELECT o.id::text, (
                SELECT array_agg(CASE WHEN NOT line::jsonb ? 'event' THEN line::jsonb->>'status' END ORDER BY version)
                FROM string_to_table(rtrim(convert_from(o.timeline, 'UTF8'), E'\n'), E'\n')
                    WITH ORDINALITY AS lines (line, version))
                = (SELECT array_agg(({Statuses})[status + 1] ORDER BY version)
                FROM unnest(e.statuses) WITH ORDINALITY AS events (status, version))
            {joinedWithLog}
            """),
        new("order_details", "an order's details are the latest ones in its events", $"""
            SELECT o.id::text, convert_from(o.details, 'UTF8')::jsonb IS NOT DISTINCT FROM e.details
            FROM {CompleteOrders} o LEFT JOIN (
                SELECT order_id, jsonb_object_agg(key, value) FILTER (WHERE value <> 'null') AS details
                FROM (
                    SELECT DISTINCT ON (order_id, key) order_id, key, value
                    FROM events CROSS JOIN LATERAL jsonb_each({Data}) AS member (key, value)
                    WHERE {OrderEvents} AND key = ANY ({details}) ORDER BY order_id, key, sequence DESC) m
                GROUP BY order_id) e ON e.order_id = o.id
            """),
        new("order_timers", "a deadline that has had no effect yet is in the timer queue", """
            SELECT o.id::text, EXISTS (SELECT FROM order_timers t WHERE t.order_id = o.id AND t.due_at >= o.due_at)
            FROM orders o WHERE o.due_at IS NOT NULL
            """),
        new("order_contents", "an order's content is that of its first event", $"""
            SELECT o.id::text,
                convert_from(o.content, 'UTF8')::jsonb
                    = e.data - ARRAY['orderId', 'status', 'version', 'customerId', 'fulfilment', 'stock'] - {details}
                AND e.data->>'number' = o.number::text AND e.data->>'businessDay' = o.day::text
                AND e.data->>'kitchenId' = k.id AND e.data->>'brandId' = o.brand_id AND e.data->>'channel' = o.channel
                AND e.data->>'externalReference' IS NOT DISTINCT FROM o.external_reference
                AND e.data->>'customerId' IS NOT DISTINCT FROM o.customer_id
                AND (e.data->>'placedAt')::timestamptz = date_trunc('milliseconds', o.placed_at)
                AND e.data->'fulfilment'->>'type' = (ARRAY['delivery', 'pickup'])[o.fulfilment + 1]
            FROM {CompleteOrders} o LEFT JOIN kitchens k ON k.number = o.kitchen
            LEFT JOIN (
                SELECT order_id, {Data} AS data FROM events WHERE type = {EventType.OrderPlaced:d}) e
                ON e.order_id = o.id
            """),
        new("order_totals", "an order's total is the sum of its lines, their tax and the fees", """
            SELECT id::text, totals->'subtotal'->>'amount' = subtotal::text AND totals->'tax'->>'amount' = tax::text
                AND totals->'total'->>'amount' = total::text
                AND total = subtotal + tax + (totals->'fees'->>'amount')::bigint
            FROM (SELECT id, total, convert_from(content, 'UTF8')::jsonb AS content FROM orders) o
            CROSS JOIN LATERAL (
                SELECT content->'totals', sum((line->'subtotal'->>'amount')::bigint),
                    sum((line->'tax'->>'amount')::bigint)
                FROM jsonb_array_elements(content->'lines') AS line) AS sums (totals, subtotal, tax)
            """),
        new("order_lines", "a line's subtotal is its quantity times its price with modifiers", """
            SELECT o.id::text, (line->'subtotal'->>'amount')::bigint = (line->>'quantity')::bigint
                * ((line->'unitPrice'->>'amount')::bigint + coalesce((
                    SELECT sum((modifier->>'quantity')::bigint * (modifier->'unitPrice'->>'amount')::bigint)
                    FROM jsonb_array_elements(line->'modifiers') AS modifier), 0))
            FROM orders o
            CROSS JOIN LATERAL jsonb_array_elements(convert_from(o.content, 'UTF8')::jsonb->'lines') AS line
            """),
        new("order_ids", "an order's id contains the number of its kitchen", """
            SELECT id::text, ('x' || right(id::text, 6))::bit(24)::int = kitchen FROM orders
            """),
        new("order_numbers", "a kitchen's orders of a business day are numbered from 1 without a gap", """
            SELECT id::text, number = row_number() OVER (PARTITION BY kitchen, day ORDER BY number) FROM orders
            """),
        new("kitchen_days", "a kitchen's day has the last number that it assigned", """
            SELECT concat_ws(' ', coalesce(d.kitchen, o.kitchen), coalesce(d.day, o.day)), d.last_number = o.last_number
            FROM kitchen_days d
            FULL JOIN (SELECT kitchen, day, max(number) AS last_number FROM orders GROUP BY kitchen, day) o
                ON o.kitchen = d.kitchen AND o.day = d.day
            """),
        new("order_references", "a channel's references are unique in a kitchen", """
            SELECT channel || ' ' || external_reference, count(*) = 1
            FROM orders WHERE external_reference IS NOT NULL GROUP BY kitchen, channel, external_reference
            """),
        new("requests", "an idempotency key refers to an existing version of its order", """
            SELECT r.key::text, r.version BETWEEN 1 AND o.version
            FROM requests r LEFT JOIN orders o ON o.id = r.order_id WHERE r.order_id IS NOT NULL
            """),
        new("contacts", "personal data belongs to an order, at most one row each", """
            SELECT c.order_id::text, count(o.id) = count(*) AND count(*) = 1
            FROM contacts c LEFT JOIN orders o ON o.id = c.order_id GROUP BY c.order_id
            """),
    ];
}

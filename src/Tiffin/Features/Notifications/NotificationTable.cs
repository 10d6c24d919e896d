using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Notifications;

/// <summary>
/// Messages to send now. <paramref name="Abandoned"/>: messages whose claim expired. <paramref name="Late"/>: messages
/// that were dropped.
/// </summary>
sealed record Claims(List<ClaimedMessage> Messages, long Abandoned, long Late);

/// <summary>The queue of messages. Claims expire by the database's clock.</summary>
static class NotificationTable
{
    /// <summary>The status that the customer is notified of; null for events without a message.</summary>
    public static OrderStatus? StatusOf(EventType type) => type switch
    {
        EventType.OrderAccepted => OrderStatus.Accepted,
        EventType.OrderOutForDelivery => OrderStatus.OutForDelivery,
        EventType.OrderDelivered => OrderStatus.Delivered,
        EventType.OrderCancelled => OrderStatus.Cancelled,
        _ => null,
    };

    static readonly RowSet<StoredEvent> inserted = new RowSet<StoredEvent>()
        .Column("id", e => e.Id)
        .Column("order_id", e => e.OrderId)
        .Column("status", e => (short?)StatusOf(e.Type))
        .Column("at", e => e.At.UtcDateTime)
        .Column("traceparent", e => e.Traceparent);

    // Phone before e-mail, where a gateway is configured: customers waiting for food check their phone.
    static readonly string insertSql = $"""
        INSERT INTO notifications (id, order_id, status, channel, at, due_at, traceparent)
        SELECT t.id, t.order_id, t.status, preferred.channel, t.at, clock_timestamp(), t.traceparent
        FROM {inserted.From}
        JOIN contacts c ON c.order_id = t.order_id AND c.consent
        CROSS JOIN LATERAL (
            SELECT channel FROM (VALUES
                ({MessageChannel.Phone:d}::smallint, c.phone), ({MessageChannel.Email:d}::smallint, c.email))
                AS w (channel, address)
            WHERE address IS NOT NULL AND channel = ANY({inserted.ExtraPlaceholder(1)}) ORDER BY channel DESC LIMIT 1)
            AS preferred
        ON CONFLICT (order_id, status) DO NOTHING
        """;

    public static Task Insert(
        NpgsqlConnection connection, List<StoredEvent> events, MessageChannel[] channels, CancellationToken cancel) =>
        inserted.Run(
            connection, insertSql, events, cancel, P(Array.ConvertAll(channels, channel => (short)channel)));

    static readonly string expireClaimsSql = $"""
        UPDATE notifications
        SET state = CASE WHEN $2 THEN {MessageState.Waiting:d} ELSE {MessageState.Unknown:d} END,
            due_at = clock_timestamp(), ended_at = CASE WHEN $2 THEN NULL ELSE clock_timestamp() END,
            error = 'the sending node stopped before it recorded an outcome'
        WHERE state = {MessageState.Sending:d} AND claimed_at < clock_timestamp() - $1
        """;

    static readonly string dropLateSql = $"""
        UPDATE notifications SET state = {MessageState.Late:d}, ended_at = clock_timestamp()
        WHERE state = {MessageState.Waiting:d} AND at < clock_timestamp() - $1
        """;

    // FIFO per order: the message of a later status must not overtake that of an earlier one. Messages that are already
    // late can be inserted after dropLateSql has run: the next round drops them.
    static readonly string claimSql = $"""
        WITH due AS (
            SELECT id FROM notifications n
            WHERE state = {MessageState.Waiting:d} AND due_at <= clock_timestamp()
                AND at >= clock_timestamp() - $2 AND NOT EXISTS (
                SELECT FROM notifications earlier
                WHERE earlier.order_id = n.order_id AND earlier.status < n.status
                    AND earlier.state < {MessageState.Sent:d})
            ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED),
        claimed AS (
            UPDATE notifications n SET state = {MessageState.Sending:d}, attempts = attempts + 1,
                claimed_at = clock_timestamp()
            FROM due WHERE n.id = due.id
            RETURNING n.id, n.channel, n.attempts, n.at, n.order_id, n.status, n.kitchen, n.stock, n.traceparent)
        SELECT m.id, m.channel, m.attempts, m.at, m.order_id, m.status,
            CASE WHEN m.order_id IS NULL THEN a.email WHEN m.channel = {MessageChannel.Email:d} THEN c.email
                ELSE c.phone END,
            o.brand_id, b.name, o.number, k.name, m.stock, m.traceparent
        FROM claimed m
        LEFT JOIN orders o ON o.id = m.order_id
        LEFT JOIN contacts c ON c.order_id = m.order_id
        LEFT JOIN brands b ON b.id = o.brand_id
        LEFT JOIN kitchens k ON k.id = m.kitchen
        LEFT JOIN alert_addresses a ON a.kitchen = m.kitchen
        """;

    /// <summary>
    /// Drops late messages, expires claims of dead nodes, then claims due messages for this node.
    /// </summary>
    public static async Task<Claims> Claim(
        NpgsqlConnection connection, NotificationOptions options, int max, CancellationToken cancel)
    {
        var (expire, drop) = (BatchCommand(expireClaimsSql, P(options.ClaimTimeout), P(options.RetryUnknownOutcome)),
            BatchCommand(dropLateSql, P(options.ExpireAfter)));
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                expire,
                drop,
                AlertTable.BundleCommand(options.AlertInterval),
                BatchCommand(claimSql, P(max), P(options.ExpireAfter)),
            },
        };
        await using var row = await batch.ExecuteReaderAsync(cancel);
        var claimed = new List<ClaimedMessage>();
        while (await row.ReadAsync(cancel))
            claimed.Add(new(
                row.GetGuid(0), (MessageChannel)row.GetInt16(1), row.GetInt32(2), row.Time(3), row.Nullable<Guid>(4),
                (OrderStatus?)row.Nullable<short>(5), row.NullableText(6), row.NullableText(7), row.NullableText(8),
                row.Nullable<int>(9), row.NullableText(10), row.NullableText(11), row.NullableText(12)));
        return new Claims(claimed, (long)expire.RecordsAffected, (long)drop.RecordsAffected);
    }

    // Matches the attempt: another node may have claimed the message since.
    static readonly string recordOutcomeSql = $"""
        UPDATE notifications SET state = $3, error = $4, due_at = clock_timestamp() + $5,
            ended_at = CASE WHEN $3 = {MessageState.Waiting:d} THEN NULL ELSE clock_timestamp() END
        WHERE id = $1 AND attempts = $2 AND state = {MessageState.Sending:d}
        """;

    public static Task RecordOutcome(
        NpgsqlConnection connection, ClaimedMessage message, MessageState state, string? error, TimeSpan wait,
        CancellationToken cancel) =>
        Run(connection, recordOutcomeSql, cancel,
            P(message.Id), P(message.Attempts), P((short)state), P(error), P(wait));
}

using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Webhooks;

/// <summary>A delivery to attempt now. <paramref name="Attempts"/>: the attempts already made.</summary>
sealed record DueDelivery(Guid EventId, long Position, Guid Lane, int Attempts);

/// <summary>A worker's result; no <paramref name="Attempt"/> if all concurrent calls were in use.</summary>
sealed record DeliveryResult(DueDelivery Delivery, Attempt? Attempt, DeliveryStatus Status, TimeSpan Wait)
{
    /// <summary>Whether the endpoint was called: only then does the result say anything about it.</summary>
    public bool WasCalled { get; init; } = true;
}

static class DeliveryTable
{
    // A lane is an ordering key: deliveries of one lane are attempted in order, one at a time. It is the order, or else
    // the event's subject.
    public const string LaneSql = "coalesce(order_id, md5(coalesce(subject, id::text))::uuid)";

    static readonly RowSet<(Guid Webhook, StoredEvent Event)> inserted = new RowSet<(Guid Webhook, StoredEvent Event)>()
        .Column("endpoint", one => one.Webhook)
        .Column("id", one => one.Event.Id)
        .Column("position", one => one.Event.Position)
        .Column("order_id", one => one.Event.OrderId)
        .Column("sequence", one => one.Event.Sequence)
        .Column("type", one => (short)one.Event.Type)
        .Column("subject", one => one.Event.Subject);

    static readonly string insertSql = $"""
        INSERT INTO webhook_deliveries ({Columns})
        SELECT endpoint, id, position, {LaneSql}, order_id, sequence, type FROM {inserted.From} ON CONFLICT DO NOTHING
        """;

    // Only the first pending delivery of a lane is due. One behind it is deferred to the first one's next attempt, so a
    // blocked lane is scanned once per attempt and not at every poll. next_at is a hint that can only cause delay: the
    // order within a lane depends only on the positions.
    // Where rows are addressed by key, "state + 0" keeps the planner off the partial indexes of pending rows: with
    // statistics from when the queue was empty, it would scan the whole queue for each batch.
    static readonly string dueSql = $"""
        WITH page AS MATERIALIZED (
            SELECT d.event_id, d.position, d.lane, d.attempts, d.next_at, (
                SELECT first.next_at FROM webhook_deliveries first
                WHERE first.endpoint_id = $1 AND first.lane = d.lane
                    AND first.state = {DeliveryStatus.Pending:d} AND first.position < d.position
                ORDER BY first.position LIMIT 1) AS behind
            FROM webhook_deliveries d
            WHERE d.endpoint_id = $1 AND d.state = {DeliveryStatus.Pending:d} AND d.next_at <= clock_timestamp()
                AND d.lane <> ALL ($2)
            ORDER BY d.next_at, d.position LIMIT $3
        ), deferred AS (
            UPDATE webhook_deliveries d SET next_at = page.behind FROM page
            WHERE d.endpoint_id = $1 AND d.event_id = page.event_id
                AND d.state + 0 = {DeliveryStatus.Pending:d} AND page.behind > page.next_at
        )
        SELECT event_id, position, lane, attempts, behind IS NULL FROM page ORDER BY next_at, position
        """;

    static readonly RowSet<DeliveryResult> recorded = new RowSet<DeliveryResult>()
        .Column("event_id", result => result.Delivery.EventId)
        .Column("attempts", result => result.Delivery.Attempts)
        .Column("state", result => (short)result.Status)
        .Column("wait", result => result.Wait)
        .Column("at", result => result.Attempt!.At.UtcDateTime)
        .Column("took", result => result.Attempt!.Duration)
        .Column("code", result => (short?)result.Attempt!.ResponseCode)
        .Column("response", result => result.Attempt!.Response)
        .Column("error", result => result.Attempt!.Error);

    // A delivery that was redelivered during the attempt has a different number of attempts, so its outcome is dropped
    // and it is attempted again. Committed with synchronous_commit=off: losing an outcome in a crash only causes one
    // duplicate delivery.
    static readonly string recordSql = $"""
        UPDATE webhook_deliveries d SET state = t.state, attempts = d.attempts + 1,
            next_at = clock_timestamp() + t.wait, attempted_at = t.at, took = t.took, response_code = t.code,
            response = t.response, error = t.error,
            history = (CASE WHEN jsonb_array_length(d.history) < 10 THEN d.history ELSE d.history - 0 END)
                || jsonb_strip_nulls(jsonb_build_object('at', t.at, 'responseCode', t.code, 'error', t.error,
                    'durationMs', round((extract(epoch FROM t.took) * 1000)::numeric, 1)))
        FROM {recorded.From}, (SELECT set_config('synchronous_commit', 'off', true)) AS without_fsync
        WHERE d.endpoint_id = {recorded.ExtraPlaceholder(1)} AND d.event_id = t.event_id AND d.attempts = t.attempts
            AND d.state + 0 = {DeliveryStatus.Pending:d}
            AND EXISTS (
                SELECT FROM webhook_endpoints
                WHERE id = {recorded.ExtraPlaceholder(1)} AND fence = {recorded.ExtraPlaceholder(2)})
        """;

    static readonly string deferSql = $"""
        UPDATE webhook_deliveries SET next_at = clock_timestamp() + $4
        WHERE endpoint_id = $1 AND event_id = ANY ($3) AND state + 0 = {DeliveryStatus.Pending:d}
            AND EXISTS (SELECT FROM webhook_endpoints WHERE id = $1 AND fence = $2)
        """;

    static readonly string redeliverSql = $"""
        UPDATE webhook_deliveries SET state = {DeliveryStatus.Pending:d}, attempts = 0, next_at = clock_timestamp()
        WHERE endpoint_id = $1 AND event_id = $2
        """;

    const string Columns = "endpoint_id, event_id, position, lane, order_id, sequence, type";

    static readonly string matchingSql = $"""
        SELECT $1 AS endpoint_id, id AS event_id, position, {LaneSql} AS lane, order_id, sequence, type FROM events
        WHERE position >= $2 AND position < $3 AND type = ANY ($4)
            AND ($5::text[] IS NULL OR kitchen = ANY ($5))
            AND ($6::text[] IS NULL OR kitchen = ANY ($6)) AND {ChannelEvents.Sql("$7")}
        """;

    static readonly string queueSql = $"""
        WITH wanted AS ({matchingSql} ORDER BY position LIMIT $8),
            queued AS (INSERT INTO webhook_deliveries ({Columns}) SELECT * FROM wanted ON CONFLICT DO NOTHING)
        SELECT count(*)::int, coalesce(max(position), 0) FROM wanted
        """;

    static readonly string knownTypes = string.Join(", ", EventTypes.All.Select(row => $"{row.Type:d}"));

    static readonly string firstNewerEventSql = $"""
        SELECT min(position) FROM events WHERE position > $1 AND position <= $2 AND type NOT IN ({knownTypes})
        """;

    static readonly string replaySql = $"""
        INSERT INTO webhook_deliveries ({Columns}) {matchingSql} AND at >= $8 AND at < $9
        ON CONFLICT (endpoint_id, event_id) DO UPDATE
            SET state = {DeliveryStatus.Pending:d}, attempts = 0, next_at = clock_timestamp()
        """;

    // Many endpoints times many events in one INSERT would exceed the statement timeout.
    const int RowsPerInsertMax = 5_000;

    public static async Task Insert(
        NpgsqlConnection connection, IReadOnlyList<(Guid Webhook, StoredEvent Event)> deliveries,
        CancellationToken cancel)
    {
        foreach (var chunk in deliveries.Chunk(RowsPerInsertMax))
            await inserted.Run(connection, insertSql, chunk, cancel);
    }

    /// <summary>
    /// At most <paramref name="max"/> deliveries, one per lane, none of a lane in <paramref name="busyLanes"/>; and
    /// whether there may be more after the <paramref name="pageSize"/> rows that were scanned.
    /// </summary>
    public static async Task<(List<DueDelivery> Due, bool HasMore)> FetchDue(
        NpgsqlConnection connection, Guid webhook, Guid[] busyLanes, int pageSize, int max, CancellationToken cancel)
    {
        var scanned = await Rows(connection, dueSql, row => row.GetBoolean(4)
            ? new DueDelivery(row.GetGuid(0), row.GetInt64(1), row.GetGuid(2), row.GetInt32(3))
            : null, cancel, P(webhook), P(busyLanes), P(pageSize));
        return ([.. scanned.OfType<DueDelivery>().Take(max)], scanned.Count == pageSize);
    }

    public static Task Record(
        NpgsqlConnection connection, WebhookLease lease, IReadOnlyList<DeliveryResult> results,
        CancellationToken cancel) =>
        recorded.Run(connection, recordSql, results, cancel, P(lease.WebhookId), P(lease.Fence));

    /// <summary>Makes deliveries due later, without an attempt; those behind them in their lanes wait.</summary>
    public static Task Defer(
        NpgsqlConnection connection, WebhookLease lease, IEnumerable<DueDelivery> deliveries, TimeSpan wait,
        CancellationToken cancel) =>
        Run(connection, deferSql, cancel, P(lease.WebhookId), P(lease.Fence),
            P(deliveries.Select(one => one.EventId).ToArray()), P(wait));

    /// <summary>Restarts the retry schedule, with an attempt now. The order within the lane is kept.</summary>
    public static async Task<bool> Redeliver(
        NpgsqlConnection connection, Guid webhook, Guid id, CancellationToken cancel) =>
        await Run(connection, redeliverSql, cancel, P(webhook), P(id)) == 1;

    /// <summary>
    /// Queues the first <paramref name="max"/> matching events of a range of positions that are not queued yet. Returns
    /// the number of matching events, and the position of the last one.
    /// </summary>
    public static Task<(int Count, long Last)> Queue(
        NpgsqlConnection connection, Webhook webhook, (long From, long To) positions, int max,
        CancellationToken cancel) =>
        SingleRow(connection, queueSql, row => (row.GetInt32(0), row.GetInt64(1)), cancel,
            [.. MatchingParameters(webhook, positions, webhook.Types), P(max)]);

    /// <summary>The first event after a position, up to another, of a type that only a newer build knows.</summary>
    public static Task<long?> FirstNewerEvent(
        NpgsqlConnection connection, long after, long upTo, CancellationToken cancel) =>
        SingleRow(connection, firstNewerEventSql, row => row.Nullable<long>(0), cancel, P(after), P(upTo));

    /// <summary>Queues all matching events of a range of positions, delivered or not. Returns their number.</summary>
    public static Task<int> Replay(
        NpgsqlConnection connection, Webhook webhook, (long From, long To) positions,
        (DateTimeOffset From, DateTimeOffset To) times, IReadOnlyList<string> types, CancellationToken cancel) =>
        Run(connection, replaySql, cancel, [.. MatchingParameters(webhook, positions, types),
            P(times.From.UtcDateTime), P(times.To.UtcDateTime)]);

    // Parameters $1 to $7 of wantedSql.
    static NpgsqlParameter[] MatchingParameters(
        Webhook webhook, (long From, long To) positions, IReadOnlyList<string> types) =>
    [
        P(webhook.Id), P(positions.From), P(positions.To), P(EventPatterns.Codes(types)),
        P(webhook.Kitchens?.ToArray()), P(Scope.Of(webhook.Owner).Kitchens?.ToArray()),
        P(Scope.Of(webhook.Owner).Channel),
    ];
}

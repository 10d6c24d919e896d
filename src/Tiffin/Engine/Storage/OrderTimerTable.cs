using Npgsql;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>The queue of orders' deadlines.</summary>
static class OrderTimerTable
{
    static readonly RowSet<OrderTimer> timers = new RowSet<OrderTimer>()
        .Column("due_at", timer => timer.DueAt.UtcDateTime)
        .Column("order_id", timer => timer.OrderId);

    static readonly string addSql = $"{timers.InsertInto("order_timers")} ON CONFLICT DO NOTHING";

    static readonly string deleteSql = $"""
        DELETE FROM order_timers o USING {timers.From} WHERE (o.due_at, o.order_id) = (t.due_at, t.order_id)
        """;

    const string DueSql = """
        SELECT t.due_at, t.order_id, coalesce(o.due_at <= $1, false) FROM (
            SELECT due_at, order_id FROM order_timers WHERE due_at <= $1 ORDER BY due_at, order_id LIMIT $2) t
        LEFT JOIN orders o ON o.id = t.order_id
        ORDER BY t.due_at, t.order_id
        """;

    public static NpgsqlBatchCommand Add(IReadOnlyList<OrderTimer> added) => timers.BatchCommand(addSql, added);

    /// <summary>The timers whose time has passed, earliest first.</summary>
    public static Task<List<OrderTimer>> Due(
        NpgsqlConnection connection, DateTimeOffset now, int max, CancellationToken cancel) =>
        Rows(connection, DueSql, row => new OrderTimer(row.Time(0), row.GetGuid(1), row.GetBoolean(2)), cancel,
            P(now.UtcDateTime), P(max));

    /// <summary>The earliest timer up to a time.</summary>
    public static Task<DateTimeOffset?> First(
        NpgsqlConnection connection, DateTimeOffset upTo, CancellationToken cancel) =>
        SingleRow(connection, "SELECT min(due_at) FROM order_timers WHERE due_at <= $1", row => row.NullableTime(0),
            cancel, P(upTo.UtcDateTime));

    /// <summary>Deletes the timers that are done, and adds the orders' next ones, in one transaction.</summary>
    public static async Task Replace(
        NpgsqlConnection connection, IReadOnlyList<OrderTimer> done, IReadOnlyList<OrderTimer> next,
        CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(timers.BatchCommand(deleteSql, done));
        batch.BatchCommands.Add(Add(next));
        await batch.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>A row of the queue. <paramref name="IsDue"/> is false if the order's deadline has moved since.</summary>
sealed record OrderTimer(DateTimeOffset DueAt, Guid OrderId, bool IsDue);

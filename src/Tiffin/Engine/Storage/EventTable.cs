using Npgsql;
using Tiffin.Domain;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// A row of the event log, which is the outbox. <paramref name="Sequence"/> is the order's version; <paramref
/// name="Subject"/> is set for events without an order; <paramref name="Data"/> is the CloudEvent's data, JSON in
/// UTF-8.
/// </summary>
sealed record StoredEvent(
    long Position, Guid Id, DateTimeOffset At, Guid? OrderId, int? Sequence, EventType Type, string? KitchenId,
    string? BrandId, string? Channel, string? Subject, byte[] Data)
{
    /// <summary>W3C <c>traceparent</c> of the request that caused it; null when it was not traced.</summary>
    public string? Traceparent { get; init; }
}

static class EventTable
{
    const string Columns =
        "position, id, at, order_id, sequence, type, kitchen, brand_id, channel, subject, data, traceparent";

    /// <summary>
    /// Reads the events after a position, in commit order. Positions are assigned under the log's lock, so no event can
    /// later appear at a lower position than one already read. A synchronous standby has all returned events.
    /// </summary>
    public static async Task<List<StoredEvent>> ReadAfter(
        NpgsqlConnection connection, long position, int max, CancellationToken cancel)
    {
        var events = await ReadWhere(
            connection, "position > $1 ORDER BY position LIMIT $2", cancel, P(position), P(max));
        if (events.Count > 0) await Replication.Confirm(connection, cancel);
        return events;
    }

    public static Task<List<StoredEvent>> ReadAt(
        NpgsqlConnection connection, long[] positions, CancellationToken cancel) =>
        ReadWhere(connection, "position = ANY($1) ORDER BY position", cancel, P(positions));

    /// <summary><paramref name="where"/> is a condition, optionally followed by ORDER BY and LIMIT.</summary>
    public static Task<List<StoredEvent>> ReadWhere(
        NpgsqlConnection connection, string where, CancellationToken cancel, params NpgsqlParameter[] parameters) =>
        Rows(connection, $"SELECT {Columns} FROM events WHERE {where}", Read, cancel, parameters);

    /// <summary>Positions of the first and the last event; zeros when the log is empty.</summary>
    public static async Task<(long First, long Last)> Bounds(NpgsqlConnection connection, CancellationToken cancel) =>
        await Bounds(connection, LogRange.All, cancel) ?? default;

    /// <summary>
    /// Null when the log does not begin and end within the range. The range is a literal for the reason given at
    /// <see cref="LogTable.Last"/>.
    /// </summary>
    public static async Task<(long First, long Last)?> Bounds(
        NpgsqlConnection connection, LogRange range, CancellationToken cancel)
    {
        var (first, last) = await SingleRow(connection, $"""
            SELECT (SELECT min(position) FROM events WHERE position < {range.FirstBefore}),
                (SELECT max(position) FROM events WHERE position >= {range.LastFrom})
            """, row => (row.Nullable<long>(0), row.Nullable<long>(1)), cancel);
        return first is null || last is null ? null : (first.Value, last.Value);
    }

    /// <summary>Creates partitions for at least the next <paramref name="ahead"/> positions.</summary>
    public static Task Extend(NpgsqlConnection connection, long ahead, CancellationToken cancel) =>
        Run(connection, "SELECT extend_events($1)", cancel, P(ahead));

    /// <summary>
    /// Drops partitions that are past their retention and that every subscriber has read; returns their number.
    /// </summary>
    public static Task<int> DropExpired(NpgsqlConnection connection, TimeSpan retention, CancellationToken cancel) =>
        SingleRow(connection, "SELECT drop_events($1)", row => row.GetInt32(0), cancel, P(retention));

    static StoredEvent Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetGuid(1), row.Time(2), row.Nullable<Guid>(3), row.Nullable<int>(4),
        (EventType)row.GetInt16(5), row.NullableText(6), row.NullableText(7), row.NullableText(8),
        row.NullableText(9), row.GetFieldValue<byte[]>(10))
    {
        Traceparent = row.NullableText(11),
    };

    static readonly RowSet<StoredEvent> inserted = new RowSet<StoredEvent>()
        .Column("position", e => e.Position)
        .Column("id", e => e.Id)
        .Column("at", e => e.At.UtcDateTime)
        .Column("order_id", e => e.OrderId)
        .Column("sequence", e => e.Sequence)
        .Column("type", e => (short)e.Type)
        .Column("kitchen", e => e.KitchenId)
        .Column("brand_id", e => e.BrandId)
        .Column("channel", e => e.Channel)
        .Column("subject", e => e.Subject)
        .Column("data", e => e.Data)
        .Column("traceparent", e => e.Traceparent);

    static readonly string insertSql = inserted.InsertInto("events");

    public static NpgsqlBatchCommand Insert(IReadOnlyList<StoredEvent> events) =>
        inserted.BatchCommand(insertSql, events);
}

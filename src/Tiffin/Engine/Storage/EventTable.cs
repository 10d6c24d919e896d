using Npgsql;
using Tiffin.Domain;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// A row of the event log. <paramref name="Sequence"/> is the order's version; <paramref name="Subject"/> is set for
/// events without an order; <paramref name="Data"/> is the CloudEvent's data, JSON in UTF-8.
/// </summary>
public sealed record StoredEvent(
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
        await using var command = Command(connection,
            $"SELECT {Columns} FROM events WHERE position > $1 ORDER BY position LIMIT $2", P(position), P(max));
        var events = await Read(command, cancel);
        if (events.Count > 0) await Replication.Confirm(connection, cancel);
        return events;
    }

    public static async Task<List<StoredEvent>> ReadAt(
        NpgsqlConnection connection, long[] positions, CancellationToken cancel)
    {
        await using var command = Command(connection,
            $"SELECT {Columns} FROM events WHERE position = ANY($1) ORDER BY position", P(positions));
        return await Read(command, cancel);
    }

    /// <summary><paramref name="where"/> is a condition, optionally followed by ORDER BY and LIMIT.</summary>
    public static async Task<List<StoredEvent>> ReadWhere(
        NpgsqlConnection connection, string where, CancellationToken cancel, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(connection, $"SELECT {Columns} FROM events WHERE {where}", parameters);
        return await Read(command, cancel);
    }

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
        await using var command = Command(connection, $"""
            SELECT (SELECT min(position) FROM events WHERE position < {range.FirstBefore}),
                (SELECT max(position) FROM events WHERE position >= {range.LastFrom})
            """);
        await using var row = await command.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        return row.IsDBNull(0) || row.IsDBNull(1) ? null : (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>Creates partitions for at least the next <paramref name="ahead"/> positions.</summary>
    public static Task Extend(NpgsqlConnection connection, long ahead, CancellationToken cancel) =>
        Run(connection, "SELECT extend_events($1)", cancel, P(ahead));

    /// <summary>
    /// Drops partitions that are past their retention and that every subscriber has read; returns their number.
    /// </summary>
    public static async Task<int> Drop(NpgsqlConnection connection, TimeSpan kept, CancellationToken cancel)
    {
        await using var command = Command(connection, "SELECT drop_events($1)", P(kept));
        return (int)(await command.ExecuteScalarAsync(cancel))!;
    }

    static async Task<List<StoredEvent>> Read(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var row = await command.ExecuteReaderAsync(cancel);
        var events = new List<StoredEvent>();
        while (await row.ReadAsync(cancel))
            events.Add(new StoredEvent(
                row.GetInt64(0), row.GetGuid(1), row.Time(2), row.Nullable<Guid>(3), row.Nullable<int>(4),
                (EventType)row.GetInt16(5), row.NullableText(6), row.NullableText(7), row.NullableText(8),
                row.NullableText(9), row.GetFieldValue<byte[]>(10))
            {
                Traceparent = row.NullableText(11),
            });
        return events;
    }

    const string InsertSql = """
        INSERT INTO events (
            position, id, at, order_id, sequence, type, kitchen, brand_id, channel, subject, data, traceparent)
        SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::int[], $6::smallint[],
            $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::text[])
        """;

    public static NpgsqlBatchCommand Insert(IReadOnlyList<StoredEvent> events)
    {
        var n = events.Count;
        var (positions, ids, times, orders) = (new long[n], new Guid[n], new DateTime[n], new Guid?[n]);
        var (sequences, types, kitchens) = (new int?[n], new short[n], new string?[n]);
        var (brands, channels, subjects, data) = (new string?[n], new string?[n], new string?[n], new byte[n][]);
        var traces = new string?[n];
        for (var i = 0; i < n; i++)
        {
            var e = events[i];
            (positions[i], ids[i], times[i], orders[i]) = (e.Position, e.Id, e.At.UtcDateTime, e.OrderId);
            (sequences[i], types[i], kitchens[i]) = (e.Sequence, (short)e.Type, e.KitchenId);
            (brands[i], channels[i], subjects[i], data[i]) = (e.BrandId, e.Channel, e.Subject, e.Data);
            traces[i] = e.Traceparent;
        }
        return Of(InsertSql, P(positions), P(ids), P(times), P(orders), P(sequences), P(types), P(kitchens),
            P(brands), P(channels), P(subjects), P(data), P(traces));
    }
}

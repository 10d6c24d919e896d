using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Webhooks;

/// <summary>Queues for an endpoint what the log holds of a time, as far as one request may go.</summary>
sealed class LogReplay(
    NpgsqlConnection connection, Webhook webhook, (DateTimeOffset From, DateTimeOffset To) times,
    IReadOnlyList<string> types)
{
    const int Stretch = 5_000;
    const int QueuedMax = 100_000;
    const int SeenMax = 1_000_000;

    /// <summary>How far the clocks of nodes may be apart, and times in the log out of order.</summary>
    static readonly TimeSpan skewMax = TimeSpan.FromSeconds(10);

    public async Task<(int Queued, DateTimeOffset? NextFrom)> Run(CancellationToken cancel)
    {
        var (first, last) = await EventTable.Bounds(connection, cancel);
        var start = await PositionAt(times.From - skewMax, first, last + 1, cancel);
        var end = await PositionAt(times.To + skewMax, start, last + 1, cancel);
        var queued = 0;
        for (var position = start; position < end; position += Stretch)
        {
            if (queued >= QueuedMax || position - start >= SeenMax)
                return (queued, await TimeAt(position, cancel) - skewMax);
            var stretch = (position, Math.Min(position + Stretch, end));
            queued += await DeliveryTable.Replay(connection, webhook, stretch, times, types, cancel);
        }
        return (queued, null);
    }

    /// <summary>The first position not before a time: times are not indexed, but rise with the positions.</summary>
    async Task<long> PositionAt(DateTimeOffset time, long low, long high, CancellationToken cancel)
    {
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (await TimeAt(middle, cancel) is { } at && at < time) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>When the first event at a position or behind it happened, or null.</summary>
    async Task<DateTimeOffset?> TimeAt(long position, CancellationToken cancel)
    {
        await using var command = Command(connection,
            "SELECT at FROM events WHERE position >= $1 ORDER BY position LIMIT 1", P(position));
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? row.Time(0) : null;
    }
}

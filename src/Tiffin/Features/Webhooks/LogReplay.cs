using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Queues past events of a time range for an endpoint, up to the limits of one request. A request exceeds the limits
/// for a burst of events if the next request would otherwise begin where this one did.
/// </summary>
sealed class LogReplay(
    NpgsqlConnection connection, Webhook webhook, (DateTimeOffset From, DateTimeOffset To) times,
    IReadOnlyList<string> types)
{
    const int PositionsPerStatement = 5_000;
    const int QueuedMax = 100_000;
    const int ScannedMax = 1_000_000;

    // The nodes' clocks may differ by this much, so times in the log may be out of order by the same amount.
    static readonly TimeSpan skewMax = TimeSpan.FromSeconds(10);

    public async Task<(int Queued, DateTimeOffset? NextFrom)> Run(CancellationToken cancel)
    {
        var (first, last) = await EventTable.Bounds(connection, cancel);
        var start = await PositionAt(AddClamped(times.From, -skewMax), first, last + 1, cancel);
        var end = await PositionAt(AddClamped(times.To, skewMax), start, last + 1, cancel);
        var queued = 0;
        for (var position = start; position < end; position += PositionsPerStatement)
        {
            if ((queued >= QueuedMax || position - start >= ScannedMax)
                && await TimeAt(position, cancel) - skewMax is { } next && next - times.From >= skewMax)
                return (queued, next);
            var range = (position, Math.Min(position + PositionsPerStatement, end));
            queued += await DeliveryTable.Replay(connection, webhook, range, times, types, cancel);
        }
        return (queued, null);
    }

    // Callers use the ends of the calendar for "from the beginning" and "to the end".
    static DateTimeOffset AddClamped(DateTimeOffset time, TimeSpan by) => new(Math.Clamp(
        time.UtcTicks + by.Ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    // Binary search: times are not indexed, but increase with the positions.
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

    Task<DateTimeOffset?> TimeAt(long position, CancellationToken cancel) => FirstRow(connection,
        "SELECT at FROM events WHERE position >= $1 ORDER BY position LIMIT 1", row => row.NullableTime(0), cancel,
        P(position));
}

using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Analytics;

/// <summary>
/// Recomputes the sums from the log into a temporary table, up to the live checkpoint. Only the last part needs the
/// checkpoint locked, or a snapshot.
/// </summary>
sealed class AnalyticsRecomputation(NpgsqlConnection connection)
{
    const int EventsMax = 10_000;
    const int IncrementsMax = 50_000;

    // The nodes' clocks may differ by this much, so times in the log may be out of order by the same amount.
    static readonly TimeSpan skewMax = TimeSpan.FromMinutes(5);

    readonly Increments increments = new();

    /// <summary>The last event included.</summary>
    public long Position { get; private set; }

    /// <summary>Earlier quarters cannot be recomputed: the log no longer retains all their events.</summary>
    public DateTimeOffset From { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Catches up to near the live checkpoint, without locks.</summary>
    public static async Task<AnalyticsRecomputation> CatchUp(NpgsqlConnection connection, CancellationToken cancel)
    {
        var recomputation = new AnalyticsRecomputation(connection);
        await AnalyticsTable.CreateRecomputed(connection, cancel);
        await recomputation.FindStart(cancel);
        while (true)
        {
            var checkpoint = await AnalyticsTable.Checkpoint(connection, forUpdate: false, cancel);
            if (checkpoint - recomputation.Position < EventsMax) return recomputation;
            await recomputation.AdvanceTo(checkpoint, cancel);
        }
    }

    public async Task AdvanceTo(long checkpoint, CancellationToken cancel)
    {
        while (Position < checkpoint)
        {
            // Positions have no gaps: this reads up to the checkpoint and never past it.
            var max = (int)Math.Min(EventsMax, checkpoint - Position);
            var events = await EventTable.ReadAfter(connection, Position, max, cancel);
            if (events.Count == 0 || events[0].Position != Position + 1)
                throw new InvalidDataException($"The log ends or has a gap after position {Position}.");
            foreach (var e in events) increments.Add(e);
            Position = events[^1].Position;
            if (increments.Count > IncrementsMax) await Flush(cancel);
        }
        await Flush(cancel);
    }

    async Task FindStart(CancellationToken cancel)
    {
        var (first, _) = await EventTable.Bounds(connection, cancel);
        if (first <= 1) return;
        var oldest = (await EventTable.ReadAt(connection, [first], cancel))[0];
        Position = first - 1;
        From = Cell.QuarterHourOf(oldest.At + skewMax) + TimeSpan.FromMinutes(15);
    }

    async Task Flush(CancellationToken cancel)
    {
        increments.DropBefore(From);
        await AnalyticsTable.AddRecomputed(connection, increments, cancel);
        increments.Clear();
    }
}

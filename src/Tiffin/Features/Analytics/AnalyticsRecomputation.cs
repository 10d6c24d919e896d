using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Analytics;

/// <summary>
/// Sums the log up anew, beside the live sums and up to where they have come. Only the last stretch needs them to
/// stand still, or a snapshot of them.
/// </summary>
sealed class AnalyticsRecomputation(NpgsqlConnection connection)
{
    const int EventsMax = 10_000;
    const int FactsMax = 50_000;

    /// <summary>How far apart the clocks of nodes may be.</summary>
    static readonly TimeSpan skew = TimeSpan.FromMinutes(5);

    readonly Facts facts = new();

    /// <summary>The last event that is summed up.</summary>
    public long Position { get; private set; }

    /// <summary>Quarters from here on can be summed up whole; of those before, events are gone from the log.</summary>
    public DateTimeOffset From { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Catches up with the live sums as far as can be without holding anybody up.</summary>
    public static async Task<AnalyticsRecomputation> Begin(NpgsqlConnection connection, CancellationToken cancel)
    {
        var recomputation = new AnalyticsRecomputation(connection);
        await AnalyticsTable.CreateRecomputed(connection, cancel);
        await recomputation.FindStart(cancel);
        while (true)
        {
            var checkpoint = await AnalyticsTable.Checkpoint(connection, locked: false, cancel);
            if (checkpoint - recomputation.Position < EventsMax) return recomputation;
            await recomputation.SumUpTo(checkpoint, cancel);
        }
    }

    /// <summary>Adds the events up to a position to the table beside the live one.</summary>
    public async Task SumUpTo(long checkpoint, CancellationToken cancel)
    {
        while (Position < checkpoint)
        {
            // Positions have no gaps: this reads up to the checkpoint and never past it.
            var max = (int)Math.Min(EventsMax, checkpoint - Position);
            var events = await EventTable.ReadAfter(connection, Position, max, cancel);
            if (events.Count == 0 || events[0].Position != Position + 1)
                throw new InvalidDataException($"The log ends or has a gap after position {Position}.");
            foreach (var e in events) facts.Add(e);
            Position = events[^1].Position;
            if (facts.Count > FactsMax) await Flush(cancel);
        }
        await Flush(cancel);
    }

    async Task FindStart(CancellationToken cancel)
    {
        var (first, _) = await EventTable.Bounds(connection, cancel);
        if (first <= 1) return;
        var oldest = (await EventTable.ReadAt(connection, [first], cancel))[0];
        Position = first - 1;
        From = Cell.QuarterOf(oldest.At + skew) + TimeSpan.FromMinutes(15);
    }

    async Task Flush(CancellationToken cancel)
    {
        facts.Forget(From);
        await AnalyticsTable.Recompute(connection, facts, cancel);
        facts.Clear();
    }
}

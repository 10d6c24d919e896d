using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Analytics;

/// <summary>
/// A projection of events to sums, in the transaction of the checkpoint (exactly-once effect). Increments are appended,
/// which is cheap, and merged into the sums from time to time.
/// </summary>
sealed class AnalyticsSubscriber(TimeProvider clock) : ISubscriber
{
    public const string SubscriberName = "analytics";

    readonly CompactionPolicy compaction = new(clock);

    public string Name => SubscriberName;

    public int BatchMax => 10_000;

    // Larger batches add more events to one increment, so there are fewer increments to merge.
    public TimeSpan Linger => TimeSpan.FromSeconds(1);

    public ValueTask<ISubscriberBatch?> Prepare(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var increments = new Increments();
        foreach (var e in events) increments.Add(e);
        return new(increments.Count > 0 ? new Batch(increments, compaction) : null);
    }

    sealed class Batch(Increments increments, CompactionPolicy compaction) : ISubscriberBatch
    {
        readonly CompactionPlan plan = compaction.Plan(increments);

        public async Task Apply(NpgsqlConnection connection, CancellationToken cancel)
        {
            await AnalyticsTable.Append(connection, increments, cancel);
            if (plan.IsDue) await AnalyticsTable.Compact(connection, cancel);
        }

        public void Applied() => compaction.OnCommitted(plan);
    }
}

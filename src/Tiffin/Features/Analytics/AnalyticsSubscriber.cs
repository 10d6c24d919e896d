using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Analytics;

/// <summary>
/// Keeps the chain's figures: what each event adds, in the transaction that moves the checkpoint past it. It is
/// written beside the sums, which is cheap, and added to them now and then.
/// </summary>
sealed class AnalyticsSubscriber(TimeProvider clock) : ISubscriber
{
    public const string SubscriberName = "analytics";

    readonly Facts facts = new();
    readonly Folding folding = new(clock);

    public string Name => SubscriberName;

    public int BatchMax => 10_000;

    /// <summary>The more events add to one sum at once, the fewer figures there are to add up later.</summary>
    public TimeSpan Linger => TimeSpan.FromSeconds(1);

    public ValueTask<bool> Concerns(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        facts.Clear();
        foreach (var e in events) facts.Add(e);
        return new(facts.Count > 0);
    }

    public async Task Apply(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        await AnalyticsTable.Append(connection, facts, cancel);
        if (folding.Plan(facts) is { Length: > 0 } slices) await AnalyticsTable.Fold(connection, slices, cancel);
    }

    public void Applied() => folding.Done();
}

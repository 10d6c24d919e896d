using Npgsql;
using Tiffin.EventLog;
using Tiffin.Storage;

namespace Tiffin.Subscribers.Analytics;

/// <summary>
/// Keeps the chain's figures: what each event adds, in the transaction that moves the checkpoint past it. It is
/// written beside the sums, which is cheap, and added to them now and then.
/// </summary>
sealed class AnalyticsSubscriber(TimeProvider clock) : ISubscriber
{
    public const string SubscriberName = "analytics";

    /// <summary>As much beside the sums as a query adds up in passing.</summary>
    const int FiguresMax = 40_000;
    static readonly TimeSpan foldEvery = TimeSpan.FromSeconds(30);

    readonly Facts facts = new();
    int figures;
    long foldedAt;
    bool isFolded;

    public string Name => SubscriberName;

    public int BatchMax => 8_000;

    public TimeSpan Linger => TimeSpan.FromMilliseconds(500);

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
        isFolded = figures + facts.Count > FiguresMax || clock.GetElapsedTime(foldedAt) > foldEvery;
        if (isFolded) await AnalyticsTable.Fold(connection, cancel);
    }

    public void Applied()
    {
        figures = isFolded ? 0 : figures + facts.Count;
        if (isFolded) foldedAt = clock.GetTimestamp();
    }
}

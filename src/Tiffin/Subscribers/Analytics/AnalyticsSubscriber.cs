using Npgsql;
using Tiffin.EventLog;
using Tiffin.Storage;

namespace Tiffin.Subscribers.Analytics;

/// <summary>
/// Keeps the chain's figures: what each event adds, in the transaction that moves the checkpoint past it.
/// </summary>
sealed class AnalyticsSubscriber : ISubscriber
{
    public const string SubscriberName = "analytics";

    public string Name => SubscriberName;

    public TimeSpan Linger => TimeSpan.FromMilliseconds(200);

    public async Task Apply(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var facts = new Facts();
        foreach (var e in events) facts.Add(e);
        // A crash may take the last moments' sums and their checkpoint back, together: they are summed up again. Orders
        // wait for the disk, figures need not.
        await Sql.Run(connection, "SET LOCAL synchronous_commit = off", cancel);
        await AnalyticsTable.Add(connection, AnalyticsTable.Live, facts, cancel);
    }
}

using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.Upkeep;

/// <summary>Measures the readers of the log from outside: one that stands still says nothing itself.</summary>
sealed class SubscriberWatch(Database database, SubscriberMetrics metrics) : IChore
{
    public TimeSpan Every => TimeSpan.FromSeconds(5);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        foreach (var state in await SubscriberTable.States(connection, cancel))
            metrics.State(state.Name, state.LagSeconds, state.LagEvents, state.Failures, state.HasLeader);
    }
}

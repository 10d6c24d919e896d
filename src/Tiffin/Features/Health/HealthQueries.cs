using Tiffin.Engine.Storage;

namespace Tiffin.Features.Health;

static class HealthQueries
{
    /// <summary>Why one fails stays in the log: the answer is public.</summary>
    public static async Task<List<SubscriberReport>> Subscribers(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenHealth(cancel);
        var states = await database.Log.Subscribers(connection, cancel);
        return states.ConvertAll(state => new SubscriberReport(
            state.Name, state.Position, state.LagEvents, state.LagSeconds, state.HasLeader, state.Failures));
    }
}

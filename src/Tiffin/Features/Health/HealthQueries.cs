using Tiffin.Engine.Storage;

namespace Tiffin.Features.Health;

static class HealthQueries
{
    // The endpoint is public: the reason of a failure is only logged, not returned.
    public static async Task<List<SubscriberReport>> Subscribers(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenHealth(cancel);
        var states = await database.Log.Subscribers(connection, cancel);
        return states.ConvertAll(state => new SubscriberReport(
            state.Name, state.Position, state.LagEvents, state.LagSeconds, state.HasLeader, state.Failures));
    }
}

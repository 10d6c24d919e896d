using Tiffin.Engine.Storage;

namespace Tiffin.Tests.Support;

/// <summary>The progress of subscribers.</summary>
static class Reading
{
    /// <summary>Waits until a subscriber has read the whole log.</summary>
    public static async Task HasRead(this TestServer server, string subscriber)
    {
        await using var session = await server.Database.OpenRequest(CancellationToken.None);
        SubscriberState? state = null;
        await Eventually.Holds(async () =>
        {
            var states = await SubscriberTable.States(session, CancellationToken.None);
            state = states.Find(one => one.Name == subscriber);
            return state is { LagEvents: 0 };
        }, () => $"{subscriber} has yet to read {state?.LagEvents} events: {state?.Failure}");
    }
}

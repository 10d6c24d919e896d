using System.Globalization;
using System.Net;
using System.Text.Json;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Tracking;

public sealed class EventSourceTests
{
    [Fact]
    public async Task An_EventSource_follows_the_log_across_the_death_of_a_server_without_gap_or_duplicate()
    {
        const int orders = 10;
        var database = await Shop.Open(portions: 100);
        var start = await Session.Ask<long>(database, "SELECT max(position) FROM events");
        Uri address;
        Task<List<string>> following;
        var seen = 0;
        await using (var doomed = await ServerProcess.Start(database))
        {
            address = doomed.Client.BaseAddress!;
            // An order in this kitchen is two events: placed, and accepted.
            following = Interop.Run("follow.mjs", JsonSerializer.Serialize(new
            {
                url = new Uri(address, $"/v1/events?after={start}"), count = 4 * orders,
                headers = new { authorization = doomed.Client.DefaultRequestHeaders.Authorization!.ToString() },
            }), _ => Interlocked.Increment(ref seen));
            await Place(doomed, orders);
            await Eventually.Holds(() => Volatile.Read(ref seen), value => value > 0, "the first event");
            await doomed.Kill();
        }
        await using var heir = await StartOn(address.Port, database);
        await Place(heir, orders);

        (await following).Select(id => long.Parse(id, CultureInfo.InvariantCulture))
            .ShouldBe(Enumerable.Range(1, 4 * orders).Select(i => start + i));
    }

    /// <summary>Another process may use the port for a while after its server died.</summary>
    static async Task<ServerProcess> StartOn(int port, string database)
    {
        ServerProcess? server = null;
        var last = "";
        await Eventually.Holds(async () =>
        {
            try
            {
                server = await ServerProcess.Start(database, port: port);
            }
            catch (InvalidOperationException ended)
            {
                last = ended.Message;
            }
            return server is not null;
        }, () => last);
        return server!;
    }

    static async Task Place(ServerProcess server, int orders)
    {
        for (var i = 0; i < orders; i++)
            (await server.Client.Place(SmallChain.Order())).StatusCode.ShouldBe(HttpStatusCode.Created, server.Output);
    }
}

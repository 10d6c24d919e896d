using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Commit;

namespace Tiffin.Tests.Support;

/// <summary>A test's own resources in addition to the server that it shares with its class.</summary>
static class Own
{
    static int kitchens;

    /// <summary>A server with the small chain, for tests that count or change everything.</summary>
    public static async Task<TestServer> Chain()
    {
        var server = await TestServer.Start();
        await SmallChain.Open(server);
        return server;
    }

    /// <summary>Creates a kitchen with the stock of the small chain's kitchens; returns its id.</summary>
    public static async Task<string> Kitchen(
        TestServer server, Acceptance acceptance = Acceptance.Automatic, KitchenTimes? times = null,
        long rice = 10_000, long potato = 10_000, long ghee = 10_000)
    {
        var id = $"own-{Interlocked.Increment(ref kitchens)}";
        var put = SmallChain.Kitchen(id, acceptance) with { Times = times ?? KitchenTimes.Default };
        (await server.Pipeline.Submit(put)).ShouldBeOfType<Outcome.OfEntry>();
        var received = new RecordMovements(
            id, [Received("rice", rice), Received("potato", potato), Received("ghee", ghee)])
        {
            Caller = SmallChain.Admin,
            Key = new RequestKey(Guid.NewGuid()),
            Fingerprint = Guid.NewGuid(),
        };
        (await server.Pipeline.Submit(received)).ShouldBeOfType<Outcome.OfJson>();
        return id;
    }

    static MovementLine Received(string sku, long quantity) => new(sku, MovementKind.Received, quantity, null);
}

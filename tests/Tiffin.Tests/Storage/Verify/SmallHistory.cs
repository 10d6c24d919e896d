using System.Net;
using System.Net.Http.Json;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Commit;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Storage.Verify;

/// <summary>A database in which everything has happened once; tests damage copies of it.</summary>
public sealed class SmallHistory : IAsyncLifetime
{
    public string ConnectionString { get; private set; } = "";

    public Task<string> Copy() =>
        PostgresFixture.CreateDatabase(new NpgsqlConnectionStringBuilder(ConnectionString).Database!);

    public Task DisposeAsync() => Task.CompletedTask;

    // Orders 1 to 4 of k1: delivered, preparing, cancelled with stock returned, cancelled with stock wasted. Orders 1
    // and 2 of k2, the second not yet accepted. Order 1 of another day of k1, which has not taken its stock yet.
    public async Task InitializeAsync()
    {
        ConnectionString = await PostgresFixture.CreateDatabase();
        await using var server = await TestServer.Start(ConnectionString);
        await SmallChain.Open(server, zone: SmallChain.ZoneOfNoon);
        // One page of the ledger now, and another at the end.
        await server.HasRead("ledger");
        await Change(server, new SetThreshold("k1", "rice", 9_800) { Caller = SmallChain.Admin });
        await Change(server, new RecordMovements("k1", [new("potato", MovementKind.Wasted, 7, "dropped")])
        {
            Caller = SmallChain.Admin,
            Key = new RequestKey(Guid.NewGuid()),
            Fingerprint = Guid.NewGuid(),
        });
        await Follow(server, Order("ref-1"), "preparing", "out_for_delivery", "delivered");
        await Follow(server, Order("ref-2"), "preparing");
        await Follow(server, SmallChain.Order(), "cancelled");
        await Follow(server, SmallChain.Order(item: "plain"), "preparing", "ready", "cancelled");
        var started = await server.Post("/v1/orders", Order("ref-3"));
        await server.Put($"/v1/orders/{started["id"]}/progress", new { lines = new[] { 1 }, to = "started" });
        await server.Put($"/v1/orders/{started["id"]}/status", new { status = "cancelled" });
        await Follow(server, SmallChain.Order(kitchen: "k2"), "accepted");
        await Follow(server, SmallChain.Order(kitchen: "k2"));
        await Follow(server, ForTomorrow());
        await server.HasRead("ledger");
        await Session.Run(ConnectionString, "INSERT INTO subscribers (name, position) VALUES ('reader', 5)");
    }

    static object ForTomorrow() => new
    {
        kitchenId = "k1",
        brandId = "dosa",
        channel = "app",
        customer = new { name = "Asha" },
        fulfilment = new { type = "pickup", at = DateTimeOffset.UtcNow.AddDays(2) },
        lines = new[] { new { itemId = "plain", quantity = 1 } },
    };

    static object Order(string reference) => new
    {
        kitchenId = "k1",
        brandId = "dosa",
        channel = "web",
        externalReference = reference,
        customer = new { id = "asha", name = "Asha" },
        fulfilment = new { type = "delivery", address = SmallChain.Home },
        lines = new object[]
        {
            new { itemId = "masala", quantity = 2, modifiers = new[] { new { itemId = "ghee-extra", quantity = 3 } } },
            new { itemId = "plain", quantity = 1, note = "crisp" },
        },
    };

    static async Task Follow(TestServer server, object order, params string[] statuses)
    {
        var placed = await server.Client.Place(order);
        placed.StatusCode.ShouldBe(HttpStatusCode.Created, await placed.Content.ReadAsStringAsync());
        foreach (var status in statuses)
        {
            var moved = await server.Client.PutAsJsonAsync($"{placed.Headers.Location}/status", new { status });
            moved.StatusCode.ShouldBe(HttpStatusCode.OK, await moved.Content.ReadAsStringAsync());
        }
    }

    static async Task Change(TestServer server, Command command) =>
        (await server.Pipeline.Submit(command)).ShouldBeOfType<Outcome.OfJson>();
}

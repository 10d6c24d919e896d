using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class AuditTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start();
        await SmallChain.Open(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Who_was_refused_and_who_did_what_only_few_may_is_written_down()
    {
        using var kitchen = await server.ClientOf(Role.Kitchen, ["k1"], subject: "pass");
        using var stranger = server.Stranger();
        var placed = await kitchen.GetAsync("/v1/orders");
        placed.EnsureSuccessStatusCode();

        await stranger.GetAsync("/v1/orders");
        await kitchen.GetAsync("/v1/kitchens/k2/stock");
        await kitchen.PutAsync("/v1/brands/dosa", Json("""{ "name": "Mine" }"""));
        await server.Client.PutAsync("/v1/brands/dosa", Json("""{ "name": "Dosa Corner" }"""));
        var order = (await server.Client.Place(SmallChain.Order())).Headers.Location!;
        await kitchen.PutAsync($"{order}/status", Json("""{ "status": "preparing" }"""));
        await kitchen.PutAsync($"{order}/status", Json("""{ "status": "cancelled" }"""));

        var entries = await Entries(5);
        entries.Select(e => ((string?)e["operation"], (int)e["status"]!, (string?)e["role"])).ShouldBe([
            ("PUT /v1/orders/{id}/status", 200, "kitchen"), ("PUT /v1/brands/{id}", 200, "admin"),
            ("PUT /v1/brands/{id}", 403, "kitchen"), ("GET /v1/kitchens/{id}/stock", 404, "kitchen"),
            ("GET /v1/orders", 401, null),
        ], ignoreOrder: true);
        // Two of one millisecond stand in either order.
        JsonNode Entry(string operation, int status) => entries.Single(
            e => (string?)e["operation"] == operation && (int)e["status"]! == status);
        ((string?)Entry("PUT /v1/orders/{id}/status", 200)["path"]).ShouldBe($"{order}/status");
        var refused = Entry("PUT /v1/brands/{id}", 403);
        ((string?)refused["subject"]).ShouldBe("pass");
        ((string?)refused["traceId"])!.Length.ShouldBe(32);
    }

    [Fact]
    public async Task What_waits_when_a_node_stops_is_written_first()
    {
        var database = server.ConnectionString;
        var node = await TestServer.Start(database);
        for (var i = 0; i < 50; i++) await node.Client.PutAsync("/v1/brands/dosa", Json("""{ "name": "Dosa" }"""));
        await node.DisposeAsync();

        (await Entries(50)).Count.ShouldBe(50);
    }

    [Theory]
    [InlineData("UPDATE events SET at = now()")]
    [InlineData("DELETE FROM events")]
    [InlineData("UPDATE events_000000 SET at = now()")]
    [InlineData("DELETE FROM events_000000")]
    [InlineData("UPDATE audit SET status = 200")]
    [InlineData("DELETE FROM audit")]
    [InlineData("UPDATE movements SET balance = 0")]
    [InlineData("TRUNCATE orders")]
    [InlineData("DROP TABLE orders")]
    [InlineData("ALTER TABLE orders ADD COLUMN x int")]
    [InlineData("ALTER TABLE orders DISABLE TRIGGER ALL")]
    [InlineData("CREATE TABLE mine (x int)")]
    [InlineData("CREATE ROLE friend")]
    [InlineData("INSERT INTO migrations (version, name) VALUES (9999, 'x')")]
    [InlineData("COPY orders TO PROGRAM 'cat'")]
    public async Task The_servers_own_role_cannot(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Username = Migrator.ApplicationRole, Pooling = false,
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);

        var refused = await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync());

        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    /// <summary>Entries come a moment after the answer.</summary>
    async Task<List<JsonNode>> Entries(int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var page = await server.Get("/v1/audit?limit=200");
            var entries = page["data"]!.AsArray().Select(entry => entry!).ToList();
            if (entries.Count >= count) return entries;
            await Task.Delay(20, deadline.Token);
        }
    }

    static StringContent Json(string text) => new(text, null, "application/json");
}

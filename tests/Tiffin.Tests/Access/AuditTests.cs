using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class AuditTests(SmallChainServer shared) : IClassFixture<SmallChainServer>, IAsyncLifetime
{
    readonly TestServer server = shared.Server;
    HashSet<string> before = [];

    /// <summary>Each test waits for its own entries, so that none appears late in the next test.</summary>
    public async Task InitializeAsync() => before = [.. (await Page(server)).Select(entry => (string)entry["id"]!)];

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Refused_and_administrative_calls_and_cancellations_are_recorded()
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
            ("PUT /v1/orders/{id}/status", 200, "kitchen"), ("PUT /v1/brands/{brandId}", 200, "admin"),
            ("PUT /v1/brands/{brandId}", 403, "kitchen"), ("GET /v1/kitchens/{kitchenId}/stock", 404, "kitchen"),
            ("GET /v1/orders", 401, null),
        ], ignoreOrder: true);
        // Entries of the same millisecond are in either order.
        JsonNode Entry(string operation, int status) => entries.Single(
            e => (string?)e["operation"] == operation && (int)e["status"]! == status);
        ((string?)Entry("PUT /v1/orders/{id}/status", 200)["path"]).ShouldBe($"{order}/status");
        var refused = Entry("PUT /v1/brands/{brandId}", 403);
        ((string?)refused["subject"]).ShouldBe("pass");
        ((string?)refused["traceId"])!.Length.ShouldBe(32);
    }

    [Fact]
    public async Task An_administrative_call_is_recorded_before_its_response()
    {
        await using var holder = await Session.Open(server.ConnectionString);
        await using var hold = new NpgsqlCommand("BEGIN; LOCK TABLE audit IN ACCESS EXCLUSIVE MODE", holder);
        await hold.ExecuteNonQueryAsync();

        var call = server.Client.PutAsync("/v1/brands/dosa", Json("""{ "name": "Dosa" }"""));

        await using var waiting = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'audit'::regclass AND NOT granted)", holder);
        await Eventually.Holds(() => waiting.ExecuteScalarAsync(), waits => waits is true, "a waiting entry");
        call.IsCompleted.ShouldBeFalse();
        await using var release = new NpgsqlCommand("ROLLBACK", holder);
        await release.ExecuteNonQueryAsync();
        (await call).EnsureSuccessStatusCode();
        (await News(server)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Only_the_entry_that_PostgreSQL_rejects_is_dropped_and_counted()
    {
        await using var own = await TestServer.Start();
        await Session.Run(own.ConnectionString, """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.path LIKE '%/poison' THEN RAISE EXCEPTION 'no' USING ERRCODE = '22021'; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION refuse();
            """);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => own.Client.PutAsync(
            $"/v1/brands/{(i == 7 ? "poison" : $"brand-{i}")}", Json("""{ "name": "x" }"""))));

        var paths = (await Entries(19, own)).Select(entry => (string)entry["path"]!).ToList();
        paths.Count.ShouldBe(19);
        paths.ShouldNotContain("/v1/brands/poison");
        (await own.Client.GetStringAsync("/metrics")).ShouldMatch(@"tiffin_audit_lost_total(\{[^}]*\})? 1\b");
    }

    [Fact]
    public async Task A_call_is_recorded_although_its_caller_disconnects_before_the_response()
    {
        using (var client = new TcpClient { LingerState = new LingerOption(enable: true, seconds: 0) })
        {
            await client.ConnectAsync(server.Address.Host, server.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"PUT /v1/brands/dosa HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.AdminKey}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"));
            // The server sends this when it begins to read the body: the call is in progress.
            using var reader = new StreamReader(client.GetStream());
            (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 100 Continue");
        }

        var entry = (await Entries(1)).ShouldHaveSingleItem();
        ((string?)entry["operation"]).ShouldBe("PUT /v1/brands/{brandId}");
        // The end of the body, or of its caller: whichever the server notices first.
        ((int)entry["status"]!).ShouldBeOneOf(400, 499);
    }

    [Theory]
    [InlineData("POST", "/v1/keys", "{", 400)]
    [InlineData("PUT", "/v1/brands/dosa", """{ "name": 7 }""", 400)]
    [InlineData("PUT", "/v1/brands/DOSA", """{ "name": "x" }""", 422)]
    [InlineData("DELETE", "/v1/keys/none", null, 404)]
    public async Task A_failed_call_is_recorded_with_the_status_that_its_caller_received(
        string method, string path, string? body, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = Json(body);

        ((int)(await server.Client.SendAsync(request)).StatusCode).ShouldBe(status);

        var entry = (await Entries(1)).ShouldHaveSingleItem();
        ((string?)entry["operation"], (int)entry["status"]!).ShouldBe(
            ($"{method} {path.Replace("/none", "/{id}").Replace("/DOSA", "/{brandId}").Replace("/dosa", "/{brandId}")}",
                status));
        ((string?)entry["subject"]).ShouldBe("test");
    }

    [Fact]
    public async Task A_caller_who_probes_the_data_of_others_is_recorded_and_cannot_fill_the_table()
    {
        await using var own = await TestServer.Start();
        using var channel = await own.ClientOf(Role.Channel, channel: "app");
        async Task Look() => (await channel.GetAsync($"/v1/orders/{Guid.CreateVersion7()}"))
            .StatusCode.ShouldBe(HttpStatusCode.NotFound);

        for (var i = 0; i < 300; i++) await Look();

        // One more entry per second is written while the calls run.
        var written = await Entries(100, own);
        written.Count.ShouldBeLessThan(200);
        written.ShouldAllBe(entry =>
            (string?)entry["operation"] == "GET /v1/orders/{id}" && (int)entry["status"]! == 404);
        await Eventually.Holds(async () =>
        {
            await Look();
            // On a slow machine, one row may count only a few calls.
            return (await Entries(100, own)).Sum(entry => (int?)entry["unwritten"] ?? 0) > 50;
        }, "rows that count the calls before them");
    }

    [Fact]
    public async Task Pending_entries_are_written_before_a_node_stops()
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
    [InlineData("SELECT drop_events('-100 years')")]
    [InlineData("SELECT drop_events('23 hours')")]
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

    [Theory]
    [InlineData("drop_events(interval)")]
    [InlineData("extend_events(bigint)")]
    [InlineData("keep_history(text, interval)")]
    public async Task Only_the_server_may_execute_functions_with_the_owners_rights(string function)
    {
        async Task<bool> May(string role) => await Session.Ask<bool>(
            server.ConnectionString, $"SELECT has_function_privilege('{role}', '{function}', 'EXECUTE')");

        (await May("public")).ShouldBeFalse();
        (await May(Migrator.ApplicationRole)).ShouldBeTrue();
    }

    /// <summary>Entries are written shortly after the response.</summary>
    Task<List<JsonNode>> Entries(int count, TestServer? of = null) =>
        Eventually.Holds(() => News(of ?? server), entries => entries.Count >= count);

    /// <summary>The entries since the test began.</summary>
    async Task<List<JsonNode>> News(TestServer of) =>
        [.. (await Page(of)).Where(entry => !before.Contains((string)entry["id"]!))];

    static async Task<IEnumerable<JsonNode>> Page(TestServer of) =>
        (await of.Get("/v1/audit?limit=200"))["data"]!.AsArray().Select(entry => entry!);

    static StringContent Json(string text) => new(text, null, "application/json");
}

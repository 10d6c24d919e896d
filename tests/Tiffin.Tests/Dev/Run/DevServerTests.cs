using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Tiffin.Dev;
using Tiffin.Dev.Run;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Dev.Run;

public sealed class DevServerTests
{
    static readonly string chain = Path.Combine(AppContext.BaseDirectory, "demo", "chain.json");

    [Fact]
    public async Task It_migrates_an_empty_database_imports_the_chain_once_and_answers()
    {
        var postgres = await PostgresFixture.Cluster;
        var name = $"dev_{Guid.NewGuid():N}";
        await postgres.CreateDatabase(name);
        var start = new ServerStart(postgres.ConnectionString(name), new("http://127.0.0.1:0"), chain);

        using (var first = await DevServer.Start(start, default))
        {
            using var http = await Client(first);
            (await http.GetStringAsync("/v1/kitchens/blr-01")).ShouldContain("Indiranagar");
            using var rebound = new HttpRequestMessage(HttpMethod.Get, "/dev/keys");
            rebound.Headers.Host = "evil.example";
            (await http.SendAsync(rebound)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            using var renamed = new StringContent("""{"name":"Renamed"}""", null, "application/json");
            (await http.PutAsync("/v1/brands/dosa-junction", renamed)).EnsureSuccessStatusCode();
            await first.StopAsync();
        }

        // Changes made since the import are kept.
        using var second = await DevServer.Start(start, default);
        using var again = await Client(second);
        (await again.GetStringAsync("/v1/brands/dosa-junction")).ShouldContain("Renamed");
        await second.StopAsync();
    }

    [Fact]
    public async Task A_request_for_the_keys_waits_until_they_are_created()
    {
        var postgres = await PostgresFixture.Cluster;
        var name = $"dev_{Guid.NewGuid():N}";
        await postgres.CreateDatabase(name);
        var address = new Uri($"http://127.0.0.1:{FreePort.Draw()}");
        using var client = new HttpClient { BaseAddress = address };
        Dictionary<string, string>? keys = null;

        var starting = DevServer.Start(new(postgres.ConnectionString(name), address, chain), default);
        await Eventually.Holds(async () =>
        {
            try
            {
                keys = await client.GetFromJsonAsync<Dictionary<string, string>>("/dev/keys");
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "a response with the keys");

        keys!.Count.ShouldBe(6);
        using var host = await starting;
        await host.StopAsync();
    }

    [Fact]
    public async Task A_schema_that_is_newer_than_this_build_is_refused()
    {
        var connectionString = await PostgresFixture.CreateDatabase();
        await using (var connection = new Npgsql.NpgsqlConnection(connectionString))
        {
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand(
                "INSERT INTO migrations (version, name) VALUES (9999, 'from the future')", connection);
            await command.ExecuteNonQueryAsync();
        }

        await Should.ThrowAsync<SchemaMismatchException>(
            () => DevServer.Start(new(connectionString, new("http://127.0.0.1:0"), chain), default));
    }

    /// <summary>A client with the administrator's key of this start.</summary>
    static async Task<HttpClient> Client(Microsoft.Extensions.Hosting.IHost host)
    {
        var client = new HttpClient { BaseAddress = new(((WebApplication)host).Urls.First()) };
        var keys = await client.GetFromJsonAsync<Dictionary<string, string>>("/dev/keys");
        keys!.Keys.ShouldBe(["admin", "manager", "kitchen", "courier", "channel", "customer"]);
        client.DefaultRequestHeaders.Authorization = new("Bearer", keys["admin"]);
        return client;
    }
}

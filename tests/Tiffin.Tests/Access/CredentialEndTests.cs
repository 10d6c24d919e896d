using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

/// <summary>A stream ends with its credential: neither earlier, nor as a failure of the server.</summary>
public sealed class CredentialEndTests
{
    [Fact]
    public async Task A_stream_opens_with_a_key_that_expires_soon_on_a_node_whose_clock_is_ahead()
    {
        await using var node = await TestServer.Start(
            configure: app => app.Services.AddSingleton<TimeProvider>(new ShiftedClock(TimeSpan.FromMinutes(15))));
        var (key, _) = await node.Services.GetRequiredService<KeyRing>().Create(
            new Caller(Role.Admin, "short"), "short", DateTimeOffset.UtcNow.AddMinutes(10), "test", default);
        using var client = node.ClientWith(key);

        using var stream = await client.OpenStream("/v1/events");

        stream.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_stream_whose_key_is_revoked_before_it_begins_is_unauthenticated()
    {
        await using var node = await TestServer.Start();
        var ring = node.Services.GetRequiredService<KeyRing>();
        var (key, row) = await ring.Create(new Caller(Role.Admin, "brief"), "brief", null, "test", default);
        using var client = node.ClientWith(key);
        var feed = node.Services.GetServices<IHostedService>().OfType<LiveFeed>().Single();
        // Clients that join from now on wait.
        await feed.StopAsync(default);

        var opening = client.OpenStream("/v1/events");
        await Eventually.Holds(() => feed.Clients, clients => clients == 1);
        await ring.Revoke(row.Id, default);

        using var answer = await opening;
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_whose_expiry_is_more_precise_than_the_database_keeps_its_streams_when_keys_are_read()
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());
        using var ring = new KeyRing(
            database, Options.Create(new AccessOptions()), TimeProvider.System, NullLogger<KeyRing>.Instance);
        var expires = DateTimeOffset.UnixEpoch.AddYears(100).AddTicks(7);
        var (text, _) = await ring.Create(new Caller(Role.Admin, "test"), "precise", expires, "test", default);
        var key = (await ring.Find(text, default))!;

        await ring.Refresh(default);

        key.Ended.IsCancellationRequested.ShouldBeFalse();
        (await ring.Find(text, default)).ShouldBeSameAs(key);
    }

    [Fact]
    public async Task A_key_that_is_created_while_all_keys_are_read_is_kept()
    {
        var owner = await PostgresFixture.CreateDatabase();
        await Session.Run(owner, """
            CREATE FUNCTION wait() RETURNS boolean LANGUAGE plpgsql SET lock_timeout = 0 AS $$
            BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN true; END $$;
            ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
            CREATE POLICY created ON api_keys FOR INSERT WITH CHECK (true);
            CREATE POLICY read_slowly ON api_keys FOR SELECT USING (wait());
            """);
        await using var database = new Database(TestServer.Patient(owner));
        using var ring = new KeyRing(
            database, Options.Create(new AccessOptions()), TimeProvider.System, NullLogger<KeyRing>.Instance);
        var caller = new Caller(Role.Admin, "test");
        await ring.Create(caller, "first", null, "test", default);
        await using var holding = await Session.Open(owner);
        await new NpgsqlCommand("SELECT pg_advisory_lock(1)", holding).ExecuteScalarAsync();

        var reading = ring.HasAdmin(default);
        await Eventually.Holds(() => Session.Ask<long>(owner,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"),
            waiting => waiting == 1);
        var (text, _) = await ring.Create(caller, "second", null, "test", default);
        var key = await ring.Find(text, default);
        await holding.DisposeAsync();
        (await reading).ShouldBeTrue();

        key.ShouldNotBeNull().Ended.IsCancellationRequested.ShouldBeFalse();
    }
}

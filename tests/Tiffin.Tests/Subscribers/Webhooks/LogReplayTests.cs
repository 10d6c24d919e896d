using System.Globalization;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Features.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

/// <summary>What one request replays, and where the next one continues.</summary>
public sealed class LogReplayTests : IAsyncLifetime, IDisposable
{
    static readonly DateTimeOffset start = new(2026, 1, 31, 18, 0, 0, TimeSpan.Zero);

    NpgsqlConnection connection = null!;

    public async Task InitializeAsync()
    {
        connection = new NpgsqlConnection(await PostgresFixture.CreateDatabase());
        await connection.OpenAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => connection.Dispose();

    [Fact]
    public async Task A_request_ends_at_its_limit_and_the_next_one_begins_a_little_before()
    {
        await Events(110_000, per: TimeSpan.FromMilliseconds(10));

        var (queued, next) = await Replay();

        queued.ShouldBe(100_000);
        next.ShouldBe(start.AddSeconds(1_000 - 10));
    }

    /// <summary>Otherwise the next request would begin where this one did, and so would all later ones.</summary>
    [Fact]
    public async Task More_than_the_limit_within_seconds_is_replayed_by_one_request()
    {
        await Events(110_000, per: TimeSpan.FromMicroseconds(10));

        (await Replay()).ShouldBe((110_000, null));
    }

    async Task<(int Queued, DateTimeOffset? NextFrom)> Replay()
    {
        var webhook = new Webhook(
            Guid.NewGuid(), new Caller(Role.Admin, "an owner"), new Uri("https://example.com"), null, ["order.placed"],
            null, [], true, null, start, null, start, 1);
        return await new LogReplay(connection, webhook, (start, start.AddDays(1)), webhook.Types).Run(default);
    }

    Task<int> Events(int count, TimeSpan per) => Sql.Run(connection, $"""
        INSERT INTO events (position, id, at, order_id, sequence, type, kitchen, brand_id, channel, data)
        SELECT n, gen_random_uuid(), $1 + (n - 1) * $2, gen_random_uuid(), 1, 0, 'k1', 'dosa', 'app', ''
        FROM generate_series(1, {count.ToString(CultureInfo.InvariantCulture)}) AS n
        """, default, Sql.P(start.UtcDateTime), Sql.P(per));
}

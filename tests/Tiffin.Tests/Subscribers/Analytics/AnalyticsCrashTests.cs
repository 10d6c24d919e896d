using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Tiffin.Tests.Support;
using Xunit.Abstractions;

namespace Tiffin.Tests.Subscribers.Analytics;

public sealed class AnalyticsCrashTests(ITestOutputHelper output)
{
    const int Orders = 300;

    /// <summary>The session dies at the worst moment: after the figures were written, before the commit.</summary>
    const string DieAfterApply = """
        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF random() < 0.25 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER die AFTER INSERT ON analytics_recent EXECUTE FUNCTION die();
        """;

    const string KillOne = """
        SELECT count(pg_terminate_backend(pid)) FROM (
            SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND application_name LIKE 'tiffin %' ORDER BY random() LIMIT 1) victim
        """;

    [Fact]
    public async Task Two_nodes_whose_sessions_die_all_the_time_count_every_order_once()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var first = await TestServer.Start(configure: Hasty);
        await using var second = await TestServer.Start(first.ConnectionString, Hasty);
        await SmallChain.Open(first, rice: 1_000_000, potato: 1_000_000);
        await first.Do(DieAfterApply);
        using var enough = new CancellationTokenSource();
        var killer = Kill(first, new Random(seed), enough.Token);

        await Parallel.ForAsync(0, Orders, new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => await Live(i % 2 == 0 ? first : second, i));
        // Sessions are killed at random, until the reader's own were among them.
        await Eventually.Holds(
            () => first.Ask<long>("SELECT fence FROM subscribers WHERE name = 'analytics'"), fence => fence > 2,
            "readers that took over");
        await enough.CancelAsync();
        output.WriteLine($"{await killer} sessions killed");
        await first.Do("DROP TRIGGER die ON analytics_recent");
        await first.CaughtUp();

        var comparison = await first.Compare();
        comparison.DifferenceCount.ShouldBe(0, string.Join('\n', comparison.Differences));
        // The pool may still hold sessions that were killed.
        var answer = await Insist(() => second.Client.GetAsync(new Uri("/v1/analytics/summary", UriKind.Relative)));
        var summary = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        summary["placed"]!.GetValue<int>().ShouldBe(Orders);
        summary["delivered"]!.GetValue<int>().ShouldBe(Orders / 3);
        summary["cancelled"]!["count"]!.GetValue<int>().ShouldBe(Orders / 3);
    }

    /// <summary>A third of the orders is delivered, a third is cancelled, a third stays as it is.</summary>
    static async Task Live(TestServer server, int number)
    {
        var key = $"order-{number}";
        var placed = await Insist(() => server.Client.Place(SmallChain.Order(item: "plain"), key));
        var path = placed.Headers.Location!.ToString();
        string[] statuses = (number % 3) switch
        {
            0 => ["preparing", "ready", "out_for_delivery", "delivered"],
            1 => ["preparing", "cancelled"],
            _ => [],
        };
        foreach (var status in statuses)
            await Insist(() => server.Client.PutAsJsonAsync($"{path}/status", new { status }));
    }

    /// <summary>Retries, as a client does after an unknown outcome.</summary>
    static async Task<HttpResponseMessage> Insist(Func<Task<HttpResponseMessage>> send)
    {
        HttpResponseMessage answer = null!;
        await Eventually.Holds(async () =>
        {
            answer = await send();
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created;
        }, () => $"The last answer was {answer.StatusCode}.");
        return answer;
    }

    static async Task<long> Kill(TestServer server, Random random, CancellationToken enough)
    {
        await using var session = await Figures.Open(server);
        var killed = 0L;
        while (!enough.IsCancellationRequested)
        {
            await using var command = new NpgsqlCommand(KillOne, session);
            killed += (long)(await command.ExecuteScalarAsync(CancellationToken.None))!;
            await Task.Delay(random.Next(20, 200), CancellationToken.None);
        }
        return killed;
    }

    static void Hasty(WebApplicationBuilder builder)
    {
        builder.Configuration["Subscriptions:LeaseRetryInterval"] = "00:00:00.05";
        builder.Configuration["Subscriptions:LeaseDuration"] = "00:00:01";
        builder.Configuration["Subscriptions:BackoffMax"] = "00:00:00.2";
        builder.Configuration["Logging:LogLevel:Default"] = "Critical";
    }
}

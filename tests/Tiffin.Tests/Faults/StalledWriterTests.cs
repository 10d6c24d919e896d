using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Tiffin.Tests.Support;
using Xunit.Abstractions;

namespace Tiffin.Tests.Faults;

/// <summary>
/// Only the writer's connection goes silent, in both directions and without being closed; all others work.
/// </summary>
public sealed class StalledWriterTests(ITestOutputHelper output)
{
    /// <summary>
    /// The goal, met on an idle machine, is five seconds from a cut to the next order. A busy machine takes longer, but
    /// less than the deadline.
    /// </summary>
    static readonly TimeSpan bound = TimeSpan.FromSeconds(30);

    /// <summary>TIFFIN_WRITER_CUTS=50 in the environment selects a long run.</summary>
    static readonly int cuts =
        int.Parse(Environment.GetEnvironmentVariable("TIFFIN_WRITER_CUTS") ?? "4", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.WithinCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_writer_whose_connection_goes_silent_opens_another_and_settles_its_batch(Cut cut)
    {
        var database = await Shop.Open(portions: 100);
        await using var proxy = ChaosProxy.Before(database);
        await using var server = await TestServer.Start(proxy.ConnectionString, builder =>
        {
            builder.Configuration["Commit:Deadline"] = "00:00:40";
            builder.Configuration["Shutdown:GracePeriod"] = "00:00:02";
        });
        await server.Pipeline.Probe();
        var placement = new Placement(SmallChain.Order());

        proxy.Arm(cut, silently: true);
        var waited = Stopwatch.StartNew();
        await placement.Try(server.Client);

        proxy.Cuts.ShouldBe(1);
        placement.Status.ShouldBe(HttpStatusCode.Created);
        placement.WasReplayed.ShouldBeFalse();
        waited.Elapsed.ShouldBeLessThan(bound);
        (await Shop.Orders(database)).ShouldBe(1);
        await Shop.ShouldVerify(database);
    }

    [Fact]
    public async Task Random_cuts_stop_orders_for_some_seconds_and_lose_or_duplicate_none()
    {
        var random = new Random(20261128);
        var database = await Shop.Open(portions: 1_000_000);
        await using var proxy = ChaosProxy.Before(database, prepares: true);
        await using var server = await TestServer.Start(
            proxy.ConnectionString, builder => builder.Configuration["Shutdown:GracePeriod"] = "00:00:02");
        using var end = new CancellationTokenSource();
        var load = new Load(server.Client, clients: 8, end.Token);
        using var readiness = new ReadinessWatch(server.Client);

        for (var cut = 0; cut < cuts; cut++)
        {
            var (placed, more) = (load.Placed, random.Next(5, 100));
            await Eventually.Holds(
                () => load.Placed, value => value >= placed + more, $"{more} more orders before a cut");
            readiness.Reset();
            var at = Stopwatch.GetTimestamp();
            proxy.SilenceWriter();
            await Eventually.Holds(() => load.FirstAfter(at) is not null, "an order after a cut");
            var gap = Stopwatch.GetElapsedTime(at, load.FirstAfter(at)!.Value);
            output.WriteLine(FormattableString.Invariant(
                $"cut {cut + 1}: next order after {gap.TotalSeconds:0.00} s, not ready: {readiness.Reasons}"));
            gap.ShouldBeLessThan(bound);
        }
        await end.CancelAsync();
        await load.Finish();

        (await Shop.Orders(database)).ShouldBe(load.Placed);
        load.Ids.Distinct().Count().ShouldBe(load.Placed);
        await Shop.ShouldVerify(database);
    }

    /// <summary>Clients that place one order after the other and retry each until it is acknowledged.</summary>
    sealed class Load
    {
        readonly ConcurrentQueue<(long Asked, long Answered, Guid Id)> acknowledged = [];
        readonly Task all;

        public Load(HttpClient client, int clients, CancellationToken end) => all = Task.WhenAll(
            Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    var (placement, asked) = (new Placement(SmallChain.Order()), 0L);
                    await Eventually.Holds(async () =>
                    {
                        asked = Stopwatch.GetTimestamp();
                        await placement.Try(client);
                        return placement.OrderId is not null;
                    }, "a placed order");
                    acknowledged.Enqueue((asked, Stopwatch.GetTimestamp(), placement.OrderId!.Value));
                }
            })));

        public int Placed => acknowledged.Count;
        public IEnumerable<Guid> Ids => acknowledged.Select(one => one.Id);

        /// <summary>When the first order sent after a given time was acknowledged.</summary>
        public long? FirstAfter(long moment) => acknowledged.Where(one => one.Asked > moment)
            .Select(one => (long?)one.Answered).Min();

        public Task Finish() => all;
    }

    /// <summary>Checks readiness continuously and records the reasons.</summary>
    sealed class ReadinessWatch : IDisposable
    {
        readonly CancellationTokenSource end = new();
        readonly ConcurrentDictionary<string, int> reasons = [];

        public ReadinessWatch(HttpClient client) => _ = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                using var answer = await client.GetAsync("/health/ready", end.Token);
                var body = await answer.Content.ReadAsStringAsync(end.Token);
                var from = body.IndexOf('[', StringComparison.Ordinal) + 1;
                if (answer.StatusCode != HttpStatusCode.OK)
                    reasons.AddOrUpdate(body[from..body.IndexOf(']', StringComparison.Ordinal)], 1, (_, n) => n + 1);
                await Task.Delay(20, end.Token);
            }
        });

        public string Reasons => string.Join(", ", reasons.Select(reason => $"{reason.Key} x{reason.Value}"));

        public void Reset() => reasons.Clear();

        public void Dispose()
        {
            end.Cancel();
            end.Dispose();
        }
    }
}

using System.Text;
using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Tests.OpenLoop;

public sealed class OpenLoopRunTests
{
    static readonly TimeSpan moment = TimeSpan.FromSeconds(0.5);

    [Fact]
    public async Task Each_due_request_is_sent_and_counted_once()
    {
        await using var server = new StallingServer();
        var asker = new Asker();

        var tally = await OpenLoopRun.Run(server.Address, asker, new(1_000, moment, 50), default);

        tally.Errors().ShouldBeEmpty();
        tally.Latency(Tally.IsGood).Count.ShouldBe(server.Served);
        asker.Answers.ShouldBe(server.Served);
        server.Served.ShouldBeInRange(350, 650);
    }

    /// <summary>
    /// Coordinated omission: a generator that waits for each response records a stall once per connection and misses
    /// all requests that were due meanwhile.
    /// </summary>
    [Fact]
    public async Task A_stall_counts_for_every_request_that_was_due_during_it()
    {
        await using var server = new StallingServer();
        var asker = new Asker { At = { [100] = server.Hold } };
        asker.Waiting = () => Task.Delay(moment).ContinueWith(_ => server.Release(), TaskScheduler.Default);

        var tally = await OpenLoopRun.Run(server.Address, asker, new(1_000, 3 * moment, 4), default);

        var latency = tally.Latency(_ => true);
        latency.Count.ShouldBe(server.Served);
        // A third of the requests were due during the stall, but only four had been sent.
        latency.Percentile(80).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.05));
        tally.Service(_ => true).Percentile(80).ShouldBeLessThan(latency.Percentile(80));
    }

    [Fact]
    public async Task A_request_that_waits_too_long_to_be_sent_is_counted_as_unsent()
    {
        await using var server = new StallingServer();
        var asker = new Asker { At = { [50] = server.Hold } };
        asker.Waiting = () => Task.Delay(moment).ContinueWith(_ => server.Release(), TaskScheduler.Default);

        var tally = await OpenLoopRun.Run(
            server.Address, asker, new(1_000, 2 * moment, 4, default, TimeSpan.FromSeconds(0.1)), default);

        tally.Errors().Keys.ShouldBe(["unsent"]);
        (tally.Errors()["unsent"] + server.Served).ShouldBe(tally.Latency(_ => true).Count);
    }

    [Fact]
    public async Task A_broken_connection_fails_only_its_own_request()
    {
        await using var server = new StallingServer { HangUpEvery = 10 };

        var tally = await OpenLoopRun.Run(server.Address, new Asker(), new(1_000, moment, 5), default);

        var broken = tally.Errors()["unanswered"];
        broken.ShouldBe(server.Served / 10);
        tally.Latency(Tally.IsGood).Count.ShouldBe(server.Served - broken);
    }

    [Fact]
    public async Task Requests_of_the_warm_up_are_sent_but_not_counted()
    {
        await using var server = new StallingServer();

        var tally = await OpenLoopRun.Run(server.Address, new Asker(), new(1_000, moment, 50, moment), default);

        tally.Latency(_ => true).Count.ShouldBeInRange(350, 650);
        server.Served.ShouldBeInRange(800, 1_200);
    }

    [Fact]
    public async Task A_run_ends_when_it_is_cancelled()
    {
        await using var server = new StallingServer();
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Should.ThrowAsync<OperationCanceledException>(OpenLoopRun.Run(
            server.Address, new Asker(), new(100, TimeSpan.FromHours(1), 5), soon.Token));
    }

    /// <summary>Repeats the same request, and runs an action at given requests.</summary>
    sealed class Asker : ITraffic
    {
        static readonly byte[] request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: bench\r\n\r\n");
        int asked;
        int answers;

        public Dictionary<int, Action> At { get; } = [];

        /// <summary>Started after an action.</summary>
        public Func<Task>? Waiting { get; set; }

        public int Answers => Volatile.Read(ref answers);

        public Request Next(Span<byte> bytes)
        {
            if (At.TryGetValue(Interlocked.Increment(ref asked), out var act))
            {
                act();
                _ = Waiting?.Invoke();
            }
            request.CopyTo(bytes);
            return new Request("ask", request.Length);
        }

        public void Answered(Request request, int status, ReadOnlySpan<byte> body)
        {
            if (status == 200 && Encoding.ASCII.GetString(body) == "ok") Interlocked.Increment(ref answers);
        }
    }
}

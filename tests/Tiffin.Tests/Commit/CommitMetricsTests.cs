using Tiffin.Engine.Commit;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Commit;

public sealed class CommitMetricsTests
{
    [Fact]
    public async Task Batch_sizes_queue_depth_and_phase_durations_are_measured()
    {
        await using var server = await TestServer.Start();
        await SmallChain.Open(server);
        await server.HasMeasured();
        using var measured = new Measurements(server);
        await using var held = await LogLock.Take(server.ConnectionString);
        var first = server.Client.Place(SmallChain.Order());
        await LogLock.Waiter(server.ConnectionString);
        measured.QueueDepth().ShouldBe(0);
        var others = Enumerable.Range(0, 3).Select(_ => server.Client.Place(SmallChain.Order())).ToArray();
        await Eventually.Holds(() => measured.QueueDepth(), depth => depth >= 3, "three commands in the queue");
        await held.Release();
        await Task.WhenAll([first, .. others]);

        await Eventually.Holds(
            () => measured.Of("tiffin.commit.phase.duration"), phases => phases.Count >= 6, "two batches' phases");
        measured.Of("tiffin.commit.batch.size").Select(size => size.Value).ShouldBe([1, 3]);
        measured.QueueDepth().ShouldBe(0);
        var phases = measured.Of("tiffin.commit.phase.duration");
        phases.Select(phase => phase.Tag).ShouldBe(["prefetch", "decide", "write", "prefetch", "decide", "write"]);
        phases.ShouldAllBe(phase => phase.Value > 0);
    }

    [Fact]
    public async Task Every_rejected_command_is_counted_with_its_reason()
    {
        // Another server does the setup, which on a busy machine takes longer than this one's deadline.
        await using var server = await TestServer.Start(await Shop.Open(portions: 100),
            builder => builder.Configuration["Commit:Deadline"] = "00:00:00.200");
        // Until then the node probes the database, and rejected probes are counted as well.
        await Eventually.Holds(
            () => server.Pipeline.State, value => value == WriterState.Healthy, "a healthy writer");
        // When this probe is answered, so are all that were queued before it.
        await Eventually.Holds(() => server.Pipeline.Probe(), answer => answer is not Outcome.Unavailable);
        using var measured = new Measurements(server);
        await using var held = await LogLock.Take(server.ConnectionString);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => server.Client.Place(SmallChain.Order())));

        measured.Of("tiffin.commit.rejected").Sum(count => count.Value).ShouldBe(3);
        measured.Of("tiffin.commit.rejected").ShouldAllBe(count => count.Tag == "late");
    }
}

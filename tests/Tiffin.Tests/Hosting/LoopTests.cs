using Tiffin.Engine.Hosting;

namespace Tiffin.Tests.Hosting;

public sealed class LoopTests : IDisposable
{
    static readonly TimeSpan wait = TimeSpan.FromMilliseconds(1);

    readonly CancellationTokenSource stop = new();
    readonly List<string> failures = [];
    int runs;

    public void Dispose() => stop.Dispose();

    [Fact]
    public async Task A_periodic_loop_runs_again_after_a_failure()
    {
        await Loop.Every(wait, TimeProvider.System, FailTwice, Report, stop.Token);

        runs.ShouldBe(3);
        failures.ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_retrying_loop_runs_again_after_a_failure()
    {
        await Loop.Retry(wait, wait, TimeProvider.System, FailTwice, Report, stop.Token);

        runs.ShouldBe(3);
        failures.ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_failure_that_nothing_handles_ends_the_loop() =>
        (await Should.ThrowAsync<InvalidOperationException>(
            Loop.Every(wait, TimeProvider.System, FailTwice, onFailure: null, stop.Token))).Message.ShouldBe("1");

    [Fact]
    public async Task A_failure_that_is_not_of_the_database_is_not_retried()
    {
        (await Should.ThrowAsync<InvalidOperationException>(
            Loop.Every(wait, TimeProvider.System, FailTwice, Report, stop.Token, Loop.IsDatabaseFailure)))
            .Message.ShouldBe("1");
        (await Should.ThrowAsync<InvalidOperationException>(
            Loop.Retry(wait, wait, TimeProvider.System, FailTwice, Report, stop.Token, Loop.IsDatabaseFailure)))
            .Message.ShouldBe("2");

        failures.ShouldBeEmpty();
    }

    // Npgsql reports a cancelled command as an NpgsqlException.
    [Fact]
    public async Task A_failure_while_the_host_stops_is_not_reported()
    {
        await Loop.Retry(wait, wait, TimeProvider.System, StopAndFail, Report, stop.Token);
        await Loop.Every(wait, TimeProvider.System, StopAndFail, onFailure: null, stop.Token);

        failures.ShouldBeEmpty();
    }

    void Report(Exception failure) => failures.Add(failure.Message);

    Task FailTwice(CancellationToken cancel)
    {
        if (++runs <= 2) throw new InvalidOperationException($"{runs}");
        stop.Cancel();
        return Task.CompletedTask;
    }

    Task StopAndFail(CancellationToken cancel)
    {
        stop.Cancel();
        throw new InvalidOperationException("cancelled");
    }
}

using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Commit;

/// <summary>
/// Executes commands: a bounded queue, and one loop that commits everything queued during the previous commit in one
/// transaction (group commit). An idle node commits single commands without delay; under load a batch holds hundreds.
/// A full queue rejects commands (backpressure).
/// </summary>
sealed class CommitPipeline : IHostedService, IDisposable
{
    const long Idle = long.MinValue;

    readonly CommitOptions options;
    readonly TimeProvider clock;
    readonly Deadlines deadlines;
    readonly Admission admission;
    readonly Channel<Pending> queue;
    readonly BatchRunner runner;
    readonly CommitMetrics metrics;
    readonly WriterWatchdog watchdog;
    readonly CancellationTokenSource graceExpired = new();
    readonly CancellationTokenSource watchdogStop = new();
    Task loop = Task.CompletedTask;
    Task watchdogTask = Task.CompletedTask;
    long batchStartedAt = Idle;

    public CommitPipeline(
        Database database, IOptions<CommitOptions> options, TimeProvider clock, CommitMetrics metrics,
        ILogger<CommitPipeline> log)
    {
        (this.options, this.clock, this.metrics) = (options.Value, clock, metrics);
        queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(this.options.QueueMax)
        {
            SingleReader = true,
        });
        admission = new Admission(this.options);
        deadlines = new Deadlines(this.options.Deadline, clock);
        runner = new BatchRunner(database, this.options, clock, metrics, log);
        watchdog = new WriterWatchdog(runner.Session, database, this.options, clock, metrics, log);
        metrics.Observe(() => queue.Reader.Count, () => BatchAge);
    }

    /// <summary>
    /// The catalogue after the last batch. May be out of date: every batch checks its version before deciding.
    /// </summary>
    public CatalogueSnapshot Catalogue => runner.Catalogue;

    public WriterState State => runner.Session.State;

    /// <summary>Time since the current batch started; zero when there is none.</summary>
    public TimeSpan BatchAge =>
        Volatile.Read(ref batchStartedAt) is not Idle and var since ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>The current batch exceeds <c>BatchStallTimeout</c>: new commands would wait behind it.</summary>
    public bool IsStalled => BatchAge >= options.BatchStallTimeout;

    public bool IsFull => queue.Reader.Count >= options.QueueMax;

    /// <summary>New orders are rejected because they would wait longer than <c>OrderQueueWaitMax</c>.</summary>
    public bool ShedsOrders => queue.Reader.Count >= admission.OrdersMax;

    /// <summary>The queue is at half of the limit for orders: expensive reads are rejected first.</summary>
    public bool ShedsReads => queue.Reader.Count >= (admission.OrdersMax + 1) / 2;

    bool IsShuttingDown => queue.Reader.Completion.IsCompleted || loop.IsCompleted;

    /// <summary>
    /// Raised after a commit, with the id of the preceding event and the committed events. Handlers run on the writer's
    /// thread and delay the next batch: they must not block.
    /// </summary>
    public event Action<Guid, IReadOnlyList<StoredEvent>>? Committed
    {
        add => runner.Committed += value;
        remove => runner.Committed -= value;
    }

    /// <summary>
    /// Executes a command and completes when its outcome is durable, or with <see cref="Unavailability.Late"/> at the
    /// deadline. A caller that stops waiting does not cancel the command.
    /// </summary>
    public async Task<Outcome> Submit(Command command)
    {
        if (command.Check() is { Count: > 0 } faults) return new Outcome.Refused(new Refusal.Invalid(faults));
        var pending = new Pending(command, clock.GetTimestamp());
        var outcome = !(command.IsShedFirst && ShedsOrders) && queue.Writer.TryWrite(pending)
            ? await AwaitOutcome(pending)
            : new Outcome.Unavailable(IsShuttingDown ? Unavailability.ShuttingDown : Unavailability.Overloaded);
        if (outcome is Outcome.Unavailable { Reason: var why }) metrics.Rejected(why);
        return outcome;
    }

    Task<Outcome> AwaitOutcome(Pending pending)
    {
        deadlines.Watch(pending);
        return pending.Answer;
    }

    /// <summary>
    /// Runs a command that changes nothing; when it completes, <see cref="State"/> is up to date.
    /// </summary>
    public Task<Outcome> Probe() => Submit(new Probe { Caller = Caller.System });

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The first batch loads the catalogue, which queries use too.
        queue.Writer.TryWrite(new Pending(new Probe { Caller = Caller.System }));
        loop = WriterThread.Run("Writer", Loop);
        watchdogTask = Task.Run(() => watchdog.Run(watchdogStop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Graceful shutdown: accepts no more commands and commits those that are queued. When the grace period ends, it
    /// closes the connection and answers the rest; the outcome of a COMMIT in progress is then unknown.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        await using var _ = cancellationToken.Register(() =>
        {
            graceExpired.Cancel();
            runner.Session.Abort();
        });
        await loop;
        await watchdogStop.CancelAsync();
        // A watchdog query that hangs must not delay the shutdown: it ends with the process.
        await Task.WhenAny(watchdogTask, Task.Delay(options.BatchStallTimeout, clock, CancellationToken.None));
        await runner.DisposeAsync();
    }

    public void Dispose()
    {
        deadlines.Dispose();
        graceExpired.Dispose();
        watchdogStop.Dispose();
    }

    async Task Loop()
    {
        var batch = new List<Pending>(options.BatchMax);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (!IsComplete(batch) && queue.Reader.TryRead(out var pending)) batch.Add(pending);
            var started = clock.GetTimestamp();
            Volatile.Write(ref batchStartedAt, started);
            await runner.Run(batch, graceExpired.Token);
            Volatile.Write(ref batchStartedAt, Idle);
            admission.Committed(batch.Count, clock.GetElapsedTime(started));
            batch.Clear();
        }
    }

    bool IsComplete(List<Pending> batch) =>
        batch.Count >= options.BatchMax || (batch.Count > 0 && batch[^1].Command.EndsBatch);
}

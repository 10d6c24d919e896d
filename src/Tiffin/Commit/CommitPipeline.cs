using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Tiffin.Diagnostics;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Storage;

namespace Tiffin.Commit;

/// <summary>
/// The one way to change anything: a bounded queue, and a loop that commits whatever has queued up while the last
/// batch was committing. Idle, a batch is one command and waits for nobody; under load, it is hundreds.
/// </summary>
public sealed class CommitPipeline : IHostedService, IDisposable
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
    readonly CancellationTokenSource graceIsOver = new();
    readonly CancellationTokenSource unwatched = new();
    Task loop = Task.CompletedTask;
    Task watching = Task.CompletedTask;
    long batchSince = Idle;

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
    /// The catalogue as the last batch left it: good for reading, checked before anything is decided on it.
    /// </summary>
    public CatalogueSnapshot Catalogue => runner.Catalogue;

    public WriterState State => runner.Session.State;

    /// <summary>How long the batch under way has been so; zero when there is none.</summary>
    public TimeSpan BatchAge =>
        Volatile.Read(ref batchSince) is not Idle and var since ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>The batch under way is older than it may be: commands that come now would wait behind it.</summary>
    public bool IsStalled => BatchAge >= options.BatchBudget;

    public bool IsFull => queue.Reader.Count >= options.QueueMax;

    /// <summary>New orders would wait for too long.</summary>
    public bool ShedsOrders => queue.Reader.Count >= admission.OrdersMax;

    /// <summary>Orders wait for half as long as they may: whoever reads much at once is asked to come back.</summary>
    public bool ShedsReads => queue.Reader.Count >= (admission.OrdersMax + 1) / 2;

    bool IsLeaving => queue.Reader.Completion.IsCompleted || loop.IsCompleted;

    /// <summary>
    /// Raised after a commit, with the id of the event before and what the commit added to the log; on the loop's
    /// thread, so be brief.
    /// </summary>
    public event Action<Guid, IReadOnlyList<StoredEvent>>? Committed
    {
        add => runner.Committed += value;
        remove => runner.Committed -= value;
    }

    /// <summary>
    /// Carries a command out, once in effect, and answers when the outcome is on disk; or, at the deadline, that the
    /// caller has to ask again. A caller that stops waiting cancels nothing.
    /// </summary>
    public async Task<Outcome> Submit(Command command)
    {
        if (command.Check() is { Count: > 0 } faults) return new Outcome.Refused(new Refusal.Invalid(faults));
        var pending = new Pending(command, clock.GetTimestamp());
        var outcome = !(command.YieldsFirst && ShedsOrders) && queue.Writer.TryWrite(pending)
            ? await Answer(pending)
            : new Outcome.Unavailable(IsLeaving ? Unavailability.ShuttingDown : Unavailability.Overloaded);
        if (outcome is Outcome.Unavailable { Why: var why }) metrics.Turned(why);
        return outcome;
    }

    Task<Outcome> Answer(Pending pending)
    {
        deadlines.Watch(pending);
        return pending.Answer;
    }

    /// <summary>
    /// Sends a batch on its way that changes nothing; when it is answered, <see cref="State"/> is news.
    /// </summary>
    public Task<Outcome> Probe() => Submit(new Probe { Caller = Caller.System });

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The first batch loads the catalogue, which queries read too.
        queue.Writer.TryWrite(new Pending(new Probe { Caller = Caller.System }));
        loop = WriterThread.Run("Writer", Loop);
        watching = Task.Run(() => watchdog.Run(unwatched.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Takes nothing more, finishes what is queued, and answers the rest when the grace time is over: a batch that
    /// waits for the database then loses its connection, and the outcome of its COMMIT is unknown.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        await using var _ = cancellationToken.Register(() =>
        {
            graceIsOver.Cancel();
            runner.Session.Abort();
        });
        await loop;
        await unwatched.CancelAsync();
        // A look that hangs ends with the process.
        await Task.WhenAny(watching, Task.Delay(options.BatchBudget, clock, CancellationToken.None));
        await runner.DisposeAsync();
    }

    public void Dispose()
    {
        deadlines.Dispose();
        graceIsOver.Dispose();
        unwatched.Dispose();
    }

    async Task Loop()
    {
        var batch = new List<Pending>(options.BatchMax);
        var before = 0;
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            if (before >= options.GatherFrom && queue.Reader.Count < 2 * before) Thread.Sleep(options.Gather);
            while (!IsComplete(batch) && queue.Reader.TryRead(out var pending)) batch.Add(pending);
            before = batch.Count;
            var started = clock.GetTimestamp();
            Volatile.Write(ref batchSince, started);
            await runner.Run(batch, graceIsOver.Token);
            Volatile.Write(ref batchSince, Idle);
            admission.Committed(batch.Count, clock.GetElapsedTime(started));
            batch.Clear();
        }
    }

    bool IsComplete(List<Pending> batch) =>
        batch.Count >= options.BatchMax || (batch.Count > 0 && batch[^1].Command.EndsBatch);
}

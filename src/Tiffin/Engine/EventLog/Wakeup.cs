using Npgsql;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.EventLog;

/// <summary>
/// Wakes readers of the log: directly for commits of this node, by NOTIFY for those of other nodes. Readers also poll,
/// so a lost notification only adds latency.
/// </summary>
sealed class Wakeup(Database database, TimeProvider clock, ILogger<Wakeup> log) : BackgroundService
{
    const string Channel = "tiffin_events";

    // Keepalives do not detect a silent connection while a statement is unacknowledged.
    const int TimeoutSeconds = 5;

    // NOTIFY takes a lock that all committing transactions share, so its rate is limited and it never runs in an
    // order's transaction.
    static readonly TimeSpan notifyInterval = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan reconnectDelay = TimeSpan.FromSeconds(1);

    TaskCompletionSource signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool committed;

    /// <summary>
    /// Completes at the next commit. Get it before reading, and await it if there was nothing to read.
    /// </summary>
    public Task Next => Volatile.Read(ref signal).Task;

    /// <summary>Waits for <paramref name="next"/>, at most for <paramref name="poll"/>.</summary>
    public async Task Wait(Task next, TimeSpan poll, CancellationToken cancel)
    {
        try
        {
            await next.WaitAsync(poll, clock, cancel);
        }
        catch (TimeoutException)
        {
            // Poll anyway: a notification may have been lost.
        }
    }

    /// <summary>Call after a commit: wakes this node's readers now, and those of other nodes soon after.</summary>
    public void OnCommitted()
    {
        committed = true;
        Signal();
    }

    // Commits and notifications arrive on different threads: without the exchange a reader could await a signal that is
    // never set.
    void Signal() => Interlocked
        .Exchange(ref signal, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
        .SetResult();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.Retry(
        reconnectDelay, reconnectDelay, clock, Listen, lost => EventLogMessages.ListenerLost(log, lost.Message),
        stoppingToken);

    async Task Listen(CancellationToken cancel)
    {
        // LISTEN is bound to its session.
        await using var session = await database.OpenWriter(cancel);
        session.Notification += (_, _) => Signal();
        await Sql.Run(session, $"LISTEN {Channel}", TimeoutSeconds, cancel);
        while (true)
        {
            if (committed)
            {
                committed = false;
                await Sql.Run(session, $"NOTIFY {Channel}", TimeoutSeconds, cancel);
            }
            await session.WaitAsync(notifyInterval, cancel);
        }
    }
}

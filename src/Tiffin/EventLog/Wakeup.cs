using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.EventLog;

/// <summary>
/// Tells readers of the log that there may be more: at once what this node committed, by NOTIFY what others did.
/// Readers poll all the same; nothing depends on a notification's arrival.
/// </summary>
public sealed class Wakeup(Database database, TimeProvider clock, ILogger<Wakeup> log) : BackgroundService
{
    const string Channel = "tiffin_events";

    /// <summary>
    /// NOTIFY takes a lock that all commits share: at most this often, never within an order's transaction.
    /// </summary>
    static readonly TimeSpan notifyEvery = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan reconnectAfter = TimeSpan.FromSeconds(1);

    TaskCompletionSource signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool committed;

    /// <summary>Take it before reading; wait on it when there was nothing to read.</summary>
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
            // The poll: a notification may have been lost.
        }
    }

    /// <summary>This node has committed: wakes its readers now, and soon the other nodes'.</summary>
    public void Committed()
    {
        committed = true;
        Signal();
    }

    // Exchanged, since commits and notifications come on threads of their own: nobody may wait on a lost signal.
    void Signal() => Interlocked
        .Exchange(ref signal, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
        .SetResult();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost)
            {
                EventLogLog.ListenerLost(log, lost.Message);
                await Pause(reconnectAfter, stoppingToken);
            }
        }
    }

    async Task Listen(CancellationToken cancel)
    {
        await using var session = await database.OpenListener(cancel);
        session.Notification += (_, _) => Signal();
        await Sql.Run(session, $"LISTEN {Channel}", cancel);
        while (true)
        {
            if (committed)
            {
                committed = false;
                await Sql.Run(session, $"NOTIFY {Channel}", cancel);
            }
            await session.WaitAsync(notifyEvery, cancel);
        }
    }

    async Task Pause(TimeSpan time, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(time, clock, cancel);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}

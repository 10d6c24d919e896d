using System.Net.Sockets;
using Npgsql;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Commit;

/// <summary>
/// Bounds how long the writer waits on a dead connection. When a round trip exceeds its budget, the watchdog checks the
/// writer's backend over a second session and terminates it if it waits for bytes that never arrive. Once the backend
/// is gone, it closes the writer's socket; the outcome is then resolved under the log's lock. It never sends a cancel
/// request, and never touches a backend that executes, commits or waits for a standby.
/// </summary>
sealed class WriterWatchdog(
    WriterSession session, Database database, CommitOptions options, TimeProvider clock, CommitMetrics metrics,
    ILogger log)
{
    NpgsqlConnection? observer;

    public async Task Run(CancellationToken stop)
    {
        await Loop.Every(options.BatchStallTimeout / 8, clock, Check,
            failure => CommitMessages.WatchdogFailed(log, failure), stop);
        await DropObserver();
    }

    async Task Check(CancellationToken stop)
    {
        if (session.OverdueLink(options.BatchStallTimeout) is not { } link)
        {
            await DropObserver();
            return;
        }
        try
        {
            observer ??= await database.OpenWriter(stop);
            var state = await BackendActivity.TerminateIfSilent(
                observer, link.Backend, options.BatchStallTimeout / 2, stop);
            if (state != BackendState.Gone) return;
            CommitMessages.SocketClosed(log, link.Backend.Process, options.BatchStallTimeout);
            metrics.Aborted();
            link.Socket.Abort();
        }
        catch (Exception unknown) when (unknown is NpgsqlException or TimeoutException or IOException
            or SocketException)
        {
            // Without a second session the backend's state is unknown: retried at the next tick.
            CommitMessages.BackendNotChecked(log, link.Backend.Process, unknown.Message);
            await DropObserver();
        }
    }

    async Task DropObserver()
    {
        if (observer is not { } last) return;
        observer = null;
        await last.DisposeAsync();
    }
}

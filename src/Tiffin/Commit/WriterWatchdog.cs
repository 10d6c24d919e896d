using System.Net.Sockets;
using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.Commit;

/// <summary>
/// Bounds how long the writer waits for a connection that carries nothing any more. When a round trip is older than its
/// budget, it asks over a session of its own whether the writer's backend still exists; if it does not, or waits for
/// bytes that never come, it closes the writer's socket. The batch is then settled under the log's lock. It never sends
/// a cancel request, and leaves a backend alone that executes, commits or waits for a standby.
/// </summary>
sealed class WriterWatchdog(
    WriterSession session, Database database, CommitOptions options, TimeProvider clock, CommitMetrics metrics,
    ILogger log)
{
    NpgsqlConnection? observer;

    public async Task Run(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.BatchBudget / 8, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) await Look(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The pipeline stops.
        }
        await DropObserver();
    }

    async Task Look(CancellationToken stop)
    {
        if (session.Overdue(options.BatchBudget) is not { } link)
        {
            await DropObserver();
            return;
        }
        try
        {
            observer ??= await database.OpenWriter(stop);
            var state = await BackendActivity.EndIfSilent(
                observer, link.Backend, options.BatchBudget / 2, stop);
            if (state != BackendState.Gone) return;
            CommitLog.SocketClosed(log, link.Backend.Process, options.BatchBudget);
            metrics.Aborted();
            link.Socket.Abort();
        }
        catch (Exception unknown) when (unknown is NpgsqlException or TimeoutException or IOException
            or SocketException)
        {
            // Without another session there is no proof: the next look tries again.
            CommitLog.BackendUnknown(log, link.Backend.Process, unknown.Message);
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

namespace Tiffin.Engine.Hosting;

/// <summary>Runs each chore at its own interval. A failure is logged, and the chore runs again when next due.</summary>
sealed class UpkeepLoop(IEnumerable<IChore> chores, TimeProvider clock, ILogger<UpkeepLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(chores.Select(chore => Repeat(chore, stoppingToken)));

    async Task Repeat(IChore chore, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(chore.Every, clock);
        try
        {
            do await Try(chore, cancel);
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    async Task Try(IChore chore, CancellationToken cancel)
    {
        try
        {
            await chore.Run(cancel);
        }
        catch (Exception failure)
        {
            // Npgsql wraps a cancellation in an NpgsqlException, which the host would log as a crash of this service.
            if (!cancel.IsCancellationRequested) UpkeepLog.Failed(log, chore.GetType().Name, failure.Message);
        }
    }
}

namespace Tiffin.Engine.Hosting;

/// <summary>Runs each chore at its own interval. A failure is logged, and the chore runs again when next due.</summary>
sealed class UpkeepLoop(IEnumerable<IChore> chores, TimeProvider clock, ILogger<UpkeepLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(chores.Select(chore => Loop.Every(chore.Interval, clock, chore.Run,
            failure => UpkeepMessages.Failed(log, chore.GetType().Name, failure.Message), stoppingToken)));
}

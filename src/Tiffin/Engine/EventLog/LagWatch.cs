using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.Diagnostics;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.EventLog;

/// <summary>
/// Periodically reads the lag of all subscribers, on whichever node they run, so that a metrics scrape does not have to
/// query the database.
/// </summary>
sealed class LagWatch(
    Database database, SubscriberMetrics metrics, ServiceLevels levels, IOptions<SubscriptionOptions> options,
    TimeProvider clock) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Loop.Every(options.Value.LagSampleInterval, clock, Sample, onFailure: null, stoppingToken);

    async Task Sample(CancellationToken cancel)
    {
        try
        {
            await using var connection = await database.OpenHealth(cancel);
            var states = await database.Log.Subscribers(connection, cancel);
            Report(states.ConvertAll(state =>
                new SubscriberLag(state.Name, state.LagEvents, state.LagSeconds, state.Failures, state.HasLeader)));
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException)
        {
            // A stale value would look healthy.
            Report([]);
        }
    }

    void Report(List<SubscriberLag> lags)
    {
        metrics.Report(lags);
        levels.Sample(lags);
    }
}

using Microsoft.Extensions.Options;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Health;

/// <summary>
/// Whether this node should receive requests. Conditions that all nodes share do not make it unready: a subscriber that
/// lags or fails, or a full queue. A load balancer without ready nodes would also refuse the status changes that the
/// nodes still admit.
/// </summary>
sealed class Readiness(
    CommitPipeline pipeline, HealthWatch watch, Database database, IOptions<ClockOptions> clocks)
{
    bool isShuttingDown;

    /// <summary>Makes the node unready permanently.</summary>
    /// <returns>False if the shutdown had already begun.</returns>
    public bool TryBeginShutdown() => !Interlocked.Exchange(ref isShuttingDown, true);

    /// <summary>Reads memory only, so that it never waits for the database.</summary>
    public ReadinessReport Check()
    {
        var (state, subscribers, reasons) = (pipeline.State, watch.Subscribers, new List<NotReady>());
        if (isShuttingDown) reasons.Add(NotReady.ShuttingDown);
        if (state == WriterState.Fresh) reasons.Add(NotReady.CatalogueNotLoaded);
        if (state == WriterState.Away || subscribers is null) reasons.Add(NotReady.DatabaseAway);
        if (state == WriterState.Unreplicated) reasons.Add(NotReady.CommitNotReplicated);
        if (pipeline.IsStalled) reasons.Add(NotReady.CommitStalled);
        if (database.Clock.Skew.Duration() > clocks.Value.SkewMax) reasons.Add(NotReady.ClockSkew);
        return new ReadinessReport(
            reasons.Count == 0, reasons, state, pipeline.Catalogue.Version, subscribers ?? [], pipeline.ShedsOrders);
    }
}

using Microsoft.Extensions.Options;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Health;

/// <summary>
/// Whether this node should be sent requests. A subscriber that lags or fails is a detail and no reason: orders do not
/// wait for it, and another node would not be any better.
/// </summary>
sealed class Readiness(
    CommitPipeline pipeline, HealthWatch watch, Database database, IOptions<ClockOptions> clocks)
{
    bool leaves;

    /// <summary>From now on this node is not ready, whatever else is well. False when it was leaving already.</summary>
    public bool Leave() => !Interlocked.Exchange(ref leaves, true);

    /// <summary>Reads what is known; asks no database, so that it answers at once.</summary>
    public ReadinessReport Look()
    {
        var (state, subscribers, reasons) = (pipeline.State, watch.Subscribers, new List<NotReady>());
        if (leaves) reasons.Add(NotReady.ShuttingDown);
        if (state == WriterState.Fresh) reasons.Add(NotReady.CatalogueNotLoaded);
        if (state == WriterState.Away || subscribers is null) reasons.Add(NotReady.DatabaseAway);
        if (state == WriterState.Unreplicated) reasons.Add(NotReady.CommitNotReplicated);
        if (pipeline.IsStalled) reasons.Add(NotReady.CommitStalled);
        if (database.Clock.Skew.Duration() > clocks.Value.SkewMax) reasons.Add(NotReady.ClockSkew);
        if (pipeline.ShedsOrders) reasons.Add(NotReady.Overloaded);
        return new ReadinessReport(reasons.Count == 0, reasons, state, pipeline.Catalogue.Version, subscribers ?? []);
    }
}

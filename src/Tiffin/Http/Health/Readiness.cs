using Npgsql;
using Tiffin.Commit;
using Tiffin.Storage;

namespace Tiffin.Http.Health;

/// <summary>
/// Whether this node should be sent requests. A subscriber that lags or fails is told, but is no reason: orders do
/// not wait for it, and another node would not be any better.
/// </summary>
sealed class Readiness(CommitPipeline pipeline, Database database, TimeProvider clock)
{
    /// <summary>A load balancer gives up on a check after seconds: whatever is not known by then is away.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(1);

    /// <summary>Whoever checks more often gets the same answer: anybody may check, and each look is a query.</summary>
    static readonly TimeSpan isFresh = TimeSpan.FromSeconds(0.5);

    readonly Lock single = new();
    Task probe = Task.CompletedTask;
    Task<List<SubscriberReport>?>? asked;
    long askedAt;
    bool leaves;

    /// <summary>From now on this node is not ready, whatever else is well. False when it was leaving already.</summary>
    public bool Leave() => !Interlocked.Exchange(ref leaves, true);

    public async Task<ReadinessReport> Look(CancellationToken cancel)
    {
        await Probe(cancel);
        var subscribers = await Subscribers().WaitAsync(cancel);
        var (state, reasons) = (pipeline.State, new List<NotReady>());
        if (leaves) reasons.Add(NotReady.ShuttingDown);
        if (state == WriterState.Fresh) reasons.Add(NotReady.CatalogueNotLoaded);
        if (state == WriterState.Away || subscribers is null) reasons.Add(NotReady.DatabaseAway);
        if (state == WriterState.Unreplicated) reasons.Add(NotReady.CommitNotReplicated);
        if (pipeline.ShedsOrders) reasons.Add(NotReady.Overloaded);
        return new ReadinessReport(reasons.Count == 0, reasons, state, pipeline.Catalogue.Version, subscribers ?? []);
    }

    /// <summary>
    /// A node that is not ready gets no requests that could show that it is well again, so it asks by itself. One
    /// probe at a time, however many checks there are.
    /// </summary>
    async Task Probe(CancellationToken cancel)
    {
        if (pipeline.State == WriterState.Healthy || leaves) return;
        Task current;
        lock (single) current = probe = probe.IsCompleted ? pipeline.Probe() : probe;
        await Task.WhenAny(current, Task.Delay(patience, clock, cancel));
    }

    /// <summary>Null when the database does not answer.</summary>
    Task<List<SubscriberReport>?> Subscribers()
    {
        lock (single)
        {
            if (asked is null || (asked.IsCompleted && clock.GetElapsedTime(askedAt) >= isFresh))
                (asked, askedAt) = (Ask(), clock.GetTimestamp());
            return asked;
        }
    }

    async Task<List<SubscriberReport>?> Ask()
    {
        using var limit = new CancellationTokenSource(patience, clock);
        try
        {
            return await HealthQueries.Subscribers(database, limit.Token);
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }
}

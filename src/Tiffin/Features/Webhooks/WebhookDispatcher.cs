using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Leases endpoints for this node and runs one pump per endpoint, so that a slow endpoint cannot delay another
/// (bulkhead). When a node dies, others take over as its leases expire; unrecorded outcomes are sent again.
/// </summary>
sealed class WebhookDispatcher(
    Database database, PumpServices services, IOptions<WebhookOptions> settings, TimeProvider clock,
    ILogger<WebhookDispatcher> log) : BackgroundService
{
    readonly WebhookOptions options = settings.Value;
    readonly SemaphoreSlim changeSignal = new(0);
    volatile Dictionary<Guid, WebhookPump> pumps = [];

    // Monotonic time just before the last successful renewal was sent, so that the lease is never overestimated.
    long? leasedAt;

    /// <summary>The <c>sender</c> of the endpoints that this node has leased.</summary>
    public Guid Node { get; } = Guid.NewGuid();

    /// <summary>Call it when new deliveries may be due. Other nodes notice at their next poll.</summary>
    public void Wake()
    {
        foreach (var pump in pumps.Values) pump.Wake();
    }

    /// <summary>Call it when an endpoint changed. Other nodes notice within a third of <c>LeaseDuration</c>.</summary>
    public void NotifyChanged() => changeSignal.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A fixed wait, short enough for several attempts before the leases expire.
        var retry = options.LeaseDuration / 8;
        await Loop.Retry(retry, retry, clock, async cancel =>
        {
            await RenewLeases(cancel);
            await changeSignal.WaitAsync(options.LeaseDuration / 3, cancel);
        }, failure => WebhookMessages.LeaseNotRenewed(log, failure.Message), stoppingToken);
        await SetPumps([]);
        await Release();
    }

    // Only renews: work here would delay the next renewal, and other nodes would send the same deliveries.
    async Task RenewLeases(CancellationToken cancel)
    {
        try
        {
            var requestedAt = clock.GetTimestamp();
            var renewal = QueryLeases(cancel);
            _ = renewal.ContinueWith(late => late.Exception, CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            // A silent connection, or a lock that another session holds, may take longer than the leases last.
            var leased = await renewal.WaitAsync(RenewalTimeLeft, clock, cancel);
            leasedAt = requestedAt;
            await SetPumps(leased);
        }
        // The leases expire soon and other nodes take over: stop sending before they do.
        catch when (leasedAt is { } at && clock.GetElapsedTime(at) > options.LeaseDuration * 0.6)
        {
            await SetPumps([]);
            throw;
        }
    }

    async Task<List<Webhook>> QueryLeases(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        return await WebhookTable.Lease(connection, Node, options.LeaseDuration, cancel);
    }

    // Keeps a fifth of the lease as a margin. Without pumps there is nothing to stop.
    TimeSpan RenewalTimeLeft
    {
        get
        {
            if (pumps.Count == 0 || leasedAt is not { } at) return Timeout.InfiniteTimeSpan;
            var left = options.LeaseDuration * 0.8 - clock.GetElapsedTime(at);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    // An endpoint that was enabled again, or was leased by another node meanwhile, gets a new pump: the old one's state
    // of its health and held events is outdated.
    async Task SetPumps(IReadOnlyList<Webhook> leased)
    {
        var before = pumps;
        var kept = leased
            .Where(webhook => before.GetValueOrDefault(webhook.Id)?.CanContinue(webhook) == true)
            .ToDictionary(webhook => webhook.Id, webhook => before[webhook.Id]);
        await Task.WhenAll(
            before.Where(pump => !kept.ContainsKey(pump.Key)).Select(pump => pump.Value.DisposeAsync().AsTask()));
        foreach (var webhook in leased)
        {
            if (kept.TryGetValue(webhook.Id, out var pump)) pump.Update(webhook);
            else kept[webhook.Id] = WebhookPump.Start(webhook, services);
        }
        pumps = kept;
    }

    async Task Release()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            await using var connection = await database.OpenBackground(limit.Token);
            await WebhookTable.Release(connection, Node, limit.Token);
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException)
        {
            WebhookMessages.LeaseNotReleased(log, failure.Message);
        }
    }
}

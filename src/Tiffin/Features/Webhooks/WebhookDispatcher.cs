using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Sends for the endpoints that this node has leased, each by a pump of its own, so that none holds up another.
/// A node that dies is succeeded when its leases have run out; what it had not recorded is sent again.
/// </summary>
sealed class WebhookDispatcher(
    Database database, PumpParts parts, IOptions<WebhookOptions> settings, TimeProvider clock,
    ILogger<WebhookDispatcher> log) : BackgroundService
{
    readonly WebhookOptions options = settings.Value;
    readonly Guid me = Guid.NewGuid();
    readonly SemaphoreSlim changed = new(0);
    volatile Dictionary<Guid, WebhookPump> pumps = [];

    /// <summary>When the leases were asked for last, by the monotonic clock.</summary>
    long? leasedAt;

    /// <summary>Who sends, in the rows of the leased endpoints.</summary>
    public Guid Node => me;

    /// <summary>There may be deliveries: looked for at once by this node's pumps, and soon by the others'.</summary>
    public void Look()
    {
        foreach (var pump in pumps.Values) pump.Look();
    }

    /// <summary>An endpoint was added or changed: seen at once here, within a third of the lease elsewhere.</summary>
    public void Changed() => changed.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Lease(stoppingToken);
                await changed.WaitAsync(options.Lease / 3, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception away)
            {
                WebhookLog.StandsStill(log, away.Message);
                // The leases may be over soon, and others send.
                if (leasedAt is { } at && clock.GetElapsedTime(at) > options.Lease * 0.6) await Keep([]);
                await changed.WaitAsync(options.Lease / 6, CancellationToken.None);
            }
        }
        await Keep([]);
        await Release();
    }

    // Nothing else is done here: what delays the next renewal lets other nodes send what this one sends.
    async Task Lease(CancellationToken cancel)
    {
        var asked = clock.GetTimestamp();
        await using var connection = await database.OpenBackground(cancel);
        var mine = await WebhookTable.Lease(connection, me, options.Lease, cancel);
        leasedAt = asked;
        await Keep(mine);
    }

    /// <summary>A pump for each of these endpoints, and no other; one that was enabled anew starts afresh.</summary>
    async Task Keep(IReadOnlyList<Webhook> mine)
    {
        var before = pumps;
        var kept = mine
            .Where(webhook => before.GetValueOrDefault(webhook.Id)?.EnabledAt == webhook.EnabledAt)
            .ToDictionary(webhook => webhook.Id, webhook => before[webhook.Id]);
        await Task.WhenAll(
            before.Where(pump => !kept.ContainsKey(pump.Key)).Select(pump => pump.Value.DisposeAsync().AsTask()));
        foreach (var webhook in mine)
        {
            if (kept.TryGetValue(webhook.Id, out var pump)) pump.Update(webhook);
            else kept[webhook.Id] = WebhookPump.Start(webhook, parts);
        }
        pumps = kept;
    }

    async Task Release()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            await using var connection = await database.OpenBackground(limit.Token);
            await WebhookTable.Release(connection, me, limit.Token);
        }
        catch (Exception away) when (away is NpgsqlException or OperationCanceledException)
        {
            WebhookLog.StandsStill(log, away.Message);
        }
    }
}

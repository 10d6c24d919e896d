using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.EventLog;

/// <summary>
/// Reads the log for one subscriber while this node holds its lease. It never holds up an order, nor another
/// subscriber: it has its own session, its own pace and its own failures.
/// </summary>
public sealed class Subscription(
    ISubscriber subscriber, Database database, Wakeup wakeup, IOptions<SubscriptionOptions> settings, TimeProvider clock,
    ILogger<Subscription> log) : BackgroundService
{
    readonly SubscriptionOptions options = settings.Value;
    readonly SubscriptionPolicy policy = new(settings.Value);
    readonly Guid me = Guid.NewGuid();
    Lease? lease;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Lead(stoppingToken);
                await Task.Delay(options.Standby, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                policy.Failed();
                SubscriptionLog.Failed(log, failure, subscriber.Name, policy.Failures);
                await Release(failure.Message);
                await Pause(policy.Backoff(Random.Shared.NextDouble()), stoppingToken);
            }
        }
        await Release(failure: null);
    }

    /// <summary>Returns when the lease is somebody else's.</summary>
    async Task Lead(CancellationToken cancel)
    {
        await using var session = await database.OpenSubscriber(cancel);
        await SubscriberTable.Register(session, subscriber.Name, cancel);
        lease = await SubscriberTable.Acquire(session, subscriber.Name, me, options.Lease, cancel);
        if (lease is null) return;
        policy.Leased(clock.GetUtcNow());
        SubscriptionLog.Leads(log, subscriber.Name, lease.Fence, lease.Position);
        while (lease is not null)
        {
            var next = wakeup.Next;
            var events = await EventTable.ReadAfter(session, lease.Position, subscriber.BatchMax, cancel);
            if (events.Count > 0) await Handle(session, events, cancel);
            else await wakeup.Wait(next, options.Poll, cancel);
            if (lease is not null && policy.ShouldRenew(clock.GetUtcNow())) await Renew(session, cancel);
        }
        SubscriptionLog.Succeeded(log, subscriber.Name);
    }

    async Task Handle(NpgsqlConnection session, List<StoredEvent> events, CancellationToken cancel)
    {
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel))
        {
            // What is published after the lease ran out could overtake what the next leader publishes.
            limit.CancelAfter(options.Lease * 0.6);
            await subscriber.Publish(events, limit.Token);
        }
        await using var transaction = await session.BeginTransactionAsync(cancel);
        var position = events[^1].Position;
        // The checkpoint first: it locks the subscriber's row, so that a node that has lost the lease stops here,
        // before it has done anything twice.
        if (!await SubscriberTable.Advance(session, lease!, position, options.Lease, cancel))
        {
            lease = null;
            return;
        }
        await subscriber.Apply(session, events, cancel);
        await transaction.CommitAsync(CancellationToken.None);
        subscriber.Applied();
        lease = lease! with { Position = position };
        policy.Succeeded(clock.GetUtcNow());
    }

    async Task Renew(NpgsqlConnection session, CancellationToken cancel)
    {
        if (policy.MayHaveExpired(clock.GetUtcNow())
            || !await SubscriberTable.Renew(session, lease!, options.Lease, cancel)) lease = null;
        else policy.Leased(clock.GetUtcNow());
    }

    /// <summary>Lets another node take over at once.</summary>
    async Task Release(string? failure)
    {
        if (lease is not { } held) return;
        lease = null;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            await using var session = await database.OpenSubscriber(limit.Token);
            await SubscriberTable.Release(session, held, failure, limit.Token);
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or OperationCanceledException)
        {
            SubscriptionLog.NotReleased(log, subscriber.Name, unreachable.Message);
        }
    }

    async Task Pause(TimeSpan time, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(time, clock, cancel);
        }
        catch (OperationCanceledException)
        {
            // The host stops; the loop sees it.
        }
    }
}

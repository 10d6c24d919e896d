using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.EventLog;

/// <summary>
/// Runs one subscriber while this node holds its lease. A change that it makes in the database commits with its
/// checkpoint: an exactly-once effect. It has its own session, batch size and backoff (bulkhead): a slow or failing
/// subscriber delays neither orders nor other subscribers.
/// </summary>
sealed class Subscription(
    ISubscriber subscriber, Database database, LogTail tail, Wakeup wakeup, IOptions<SubscriptionOptions> settings,
    TimeProvider clock, ILogger<Subscription> log) : BackgroundService
{
    readonly SubscriptionOptions options = settings.Value;
    readonly SubscriptionPolicy policy = new(settings.Value, clock);
    readonly Guid ownerId = Guid.NewGuid();
    Lease? lease;

    // Ahead of the checkpoint by the events that required no effect.
    LogPosition readTo;

    bool IsAhead => lease is { } held && readTo.Position > held.Position;

    // Not a Loop.Retry: only a batch that succeeded ends a series of failures, however long a run lasted, and the lease
    // must be released before the wait.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Lead(stoppingToken);
                await Task.Delay(options.LeaseRetryInterval, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                policy.Failed();
                if (IsTimeout(failure)) policy.TimedOut();
                SubscriptionMessages.Failed(log, failure, subscriber.Name, policy.Failures);
                await Release(failure.Message);
                await Task.Delay(policy.Backoff(Random.Shared.NextDouble()), clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await Release(failure: null);
    }

    // A database command timed out, or Publish was cancelled at the end of the lease.
    static bool IsTimeout(Exception failure) =>
        failure is OperationCanceledException or NpgsqlException { InnerException: TimeoutException };

    // Returns when another node holds the lease.
    async Task Lead(CancellationToken cancel)
    {
        await using var session = await database.OpenSubscriber(cancel);
        if (!await Acquire(session, cancel)) return;
        while (lease is not null)
        {
            var next = wakeup.Next;
            var most = policy.BatchMax(subscriber.BatchMax);
            var events = TakeKnown(await tail.ReadAfter(session, readTo, most, cancel));
            if (policy.ShouldRenew && !await Renew(session, cancel)) break;
            if (events.Count > 0) await Handle(session, events, cancel);
            else await wakeup.Wait(next, policy.WaitMax(IsAhead), cancel);
            if (IsAhead && policy.ShouldCheckpoint) await Renew(session, cancel);
            if (events.Count > 0 && events.Count < most)
                await Task.Delay(policy.LingerLeft(subscriber.Linger), clock, cancel);
        }
        // Advance also fails if a failover has lost events that this node read: they must not be served from memory.
        tail.Clear();
        SubscriptionMessages.LeaseLost(log, subscriber.Name);
    }

    async Task<bool> Acquire(NpgsqlConnection session, CancellationToken cancel)
    {
        await SubscriberTable.Register(session, subscriber.Name, cancel);
        var asked = clock.GetTimestamp();
        lease = await SubscriberTable.Acquire(session, subscriber.Name, ownerId, options.LeaseDuration, cancel);
        if (lease is null) return false;
        policy.LeaseRenewed(asked);
        readTo = new LogPosition(lease.Position, null);
        SubscriptionMessages.LeaseAcquired(log, subscriber.Name, lease.Fence, lease.Position);
        var (_, head) = await EventTable.Bounds(session, cancel);
        return lease.Position <= head ? true : throw new InvalidDataException(
            $"Checkpoint {lease.Position} is ahead of the end of the log ({head}): processed events are missing.");
    }

    async Task Handle(NpgsqlConnection session, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        policy.BatchStarted();
        var place = LogPosition.After(events);
        ISubscriberBatch batch;
        // Publishing after the lease has expired could overtake the next leader's events.
        using (var end = new CancellationTokenSource(policy.LeaseLeft, clock))
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, end.Token))
        {
            if (await subscriber.Prepare(session, events, limit.Token) is not { } prepared)
            {
                readTo = place;
                return;
            }
            batch = prepared;
            await batch.Publish(limit.Token);
        }
        var asked = clock.GetTimestamp();
        await using var transaction = await session.BeginTransactionAsync(cancel);
        // The checkpoint comes first: it locks the subscriber's row and checks the fencing token, so that a node that
        // has lost the lease stops here, before it repeats an effect.
        if (!await Advance(session, lease!, place, cancel))
        {
            lease = null;
            return;
        }
        await batch.Apply(session, cancel);
        await transaction.CommitAsync(CancellationToken.None);
        batch.Applied();
        RecordAdvance(place, asked);
    }

    // The events before the first one of a type that this build does not know. During a rolling deployment newer nodes
    // write such events; skipping one would lose it for this subscriber.
    static IReadOnlyList<StoredEvent> TakeKnown(IReadOnlyList<StoredEvent> events)
    {
        var known = 0;
        while (known < events.Count && Enum.IsDefined(events[known].Type)) known++;
        if (known == events.Count) return events;
        var unknown = events[known];
        return known > 0 ? [.. events.Take(known)] : throw new InvalidDataException(
            $"The event at position {unknown.Position} is of type {(short)unknown.Type}, which this build does not "
            + "know: a node with a newer build will process it.");
    }

    // Renews the lease, and advances the checkpoint past events that required no effect.
    async Task<bool> Renew(NpgsqlConnection session, CancellationToken cancel)
    {
        var asked = clock.GetTimestamp();
        if (!IsAhead)
        {
            if (await SubscriberTable.Renew(session, lease!, options.LeaseDuration, cancel)) policy.LeaseRenewed(asked);
            else lease = null;
        }
        else if (await Advance(session, lease!, readTo, cancel)) RecordAdvance(readTo, asked);
        else lease = null;
        return lease is not null;
    }

    Task<bool> Advance(NpgsqlConnection session, Lease held, LogPosition to, CancellationToken cancel) =>
        SubscriberTable.Advance(session, held, to.Position, to.Id!.Value, options.LeaseDuration, cancel);

    void RecordAdvance(LogPosition to, long requestedAt)
    {
        (readTo, lease) = (to, lease! with { Position = to.Position });
        policy.Succeeded(requestedAt);
    }

    // Without a release, another node would have to wait for the lease to expire.
    async Task Release(string? failure)
    {
        if (lease is not { } held) return;
        var isAhead = IsAhead;
        lease = null;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            await using var session = await database.OpenSubscriber(limit.Token);
            if (isAhead) await Advance(session, held, readTo, limit.Token);
            await SubscriberTable.Release(session, held, failure, limit.Token);
        }
        catch (Exception unreachable)
        {
            SubscriptionMessages.NotReleased(log, subscriber.Name, unreachable.Message);
        }
    }
}

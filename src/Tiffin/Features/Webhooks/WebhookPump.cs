using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Webhooks;

sealed record PumpServices(
    Database Database, LogTail Tail, WebhookSender Sender, SecretSeal Seal, WebhookDisabler Disabler,
    IOptions<WebhookOptions> Options, TimeProvider Clock, ILogger<WebhookPump> Log);

/// <summary>
/// Sends one endpoint's deliveries while this node holds its lease: a loop fetches and records in batches, workers make
/// the calls. At most one delivery per lane is in flight, so that events of one order cannot overtake each other;
/// other lanes continue (no head-of-line blocking).
/// </summary>
sealed class WebhookPump : IAsyncDisposable
{
    static readonly TimeSpan backoffMax = TimeSpan.FromSeconds(30);

    // While the workers are busy, results are recorded in batches of at least this size.
    const int RecordMin = 64;

    // Events queued per probe of an endpoint that is down: enough that one of them is the first of its lane.
    const int EventsPerProbe = 20;

    // How long to defer an event of a type that only newer nodes know: one of them may have the lease by then.
    static readonly TimeSpan newerEventDelay = TimeSpan.FromSeconds(10);

    readonly PumpServices services;
    readonly WebhookOptions options;
    readonly CancellationTokenSource stopping = new();
    Task running = Task.CompletedTask;

    // Between the loop and the workers. InFlightMax bounds both channels: the loop fetches no more. A null result only
    // wakes the loop.
    readonly Channel<Job> jobs = Channel.CreateUnbounded<Job>();
    readonly Channel<DeliveryResult?> results = Channel.CreateUnbounded<DeliveryResult?>();
    volatile Webhook webhook;
    volatile int concurrency;
    int activeCalls;

    // Used by the loop only.
    readonly EndpointHealth health;
    DateTimeOffset? storedFailingSince;
    readonly HashSet<Guid> busyLanes = [];
    readonly List<DeliveryResult> unrecorded = [];
    Target? target;
    bool isDisabling;
    bool isHeld;
    long? probedAt;

    // Null if the next poll is due at once.
    long? polledAt;

    WebhookPump(Webhook webhook, PumpServices services)
    {
        (this.webhook, this.services, options) = (webhook, services, services.Options.Value);
        health = new EndpointHealth(options, storedFailingSince = webhook.FailingSince);
        isHeld = webhook.QueuedTo is not null;
    }

    // Secrets are decrypted here, once per version of the endpoint.
    sealed record Target(long Version, Uri Url, IReadOnlyList<WebhookSecret> Secrets);

    sealed record Job(DueDelivery Delivery, StoredEvent? Event, Target Target);

    /// <summary>Whether this pump may continue: same lease, and not enabled again since it started.</summary>
    public bool CanContinue(Webhook current) =>
        (current.Lease, current.EnabledAt) == (webhook.Lease, webhook.EnabledAt);

    public static WebhookPump Start(Webhook webhook, PumpServices services)
    {
        var pump = new WebhookPump(webhook, services);
        pump.running = Task.WhenAll(
            [Task.Run(pump.Run), .. Enumerable.Range(0, pump.options.Concurrency).Select(_ => Task.Run(pump.Work))]);
        return pump;
    }

    public void Update(Webhook current) => webhook = current;

    public void Wake() => results.Writer.TryWrite(null);

    /// <summary>Aborts calls in progress. Their outcome is unknown, so they are repeated (at-least-once).</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    // Results of calls stay in memory until they are recorded, even if a poll fails.
    Task Run() => Loop.Retry(options.PollInterval, backoffMax, services.Clock, async cancel =>
    {
        if (await Poll(cancel)) polledAt = null;
        else await Wait(cancel);
    }, failure => WebhookMessages.PumpFailed(services.Log, failure, webhook.Id), stopping.Token);

    // Records results and fetches due deliveries; false if there is nothing more to do now.
    async Task<bool> Poll(CancellationToken cancel)
    {
        while (results.Reader.TryRead(out var result))
        {
            if (result is not null) unrecorded.Add(result);
        }
        // Measured by the clock: new deliveries may wake the loop so often that no wait ever times out.
        var isDue = polledAt is not { } last || services.Clock.GetElapsedTime(last) >= options.PollInterval;
        var inFlight = busyLanes.Count - unrecorded.Count;
        if (!isDue && unrecorded.Count < RecordMin && inFlight > options.Concurrency * 2) return false;
        polledAt = services.Clock.GetTimestamp();
        if (unrecorded.Count > 0) await Record(cancel);
        await StoreFailingSince(cancel);
        if (health.IsDown && !isHeld) await Hold(cancel);
        concurrency = health.Concurrency(services.Clock.GetUtcNow());
        if (health.DisableReason is { } reason && !isDisabling)
            isDisabling = await services.Disabler.Disable(webhook, reason, health.FailingSince);
        // A down endpoint has at most one delivery in memory: others queued here could not be deferred with their lane.
        var room = (concurrency > 1 ? options.InFlightMax : concurrency) - busyLanes.Count;
        return room > 0 && busyLanes.Count <= options.InFlightMax / 2
            && (await Fetch(room, cancel) || await CatchUp(cancel));
    }

    async Task Hold(CancellationToken cancel)
    {
        await using var connection = await services.Database.OpenBackground(cancel);
        await Backlog.Hold(connection, webhook.Lease, cancel);
        (isHeld, probedAt) = (true, services.Clock.GetTimestamp());
    }

    // Queues events held in the log. While the endpoint is down, only a few per ProbeInterval: the next attempts of
    // queued deliveries may be hours away, and without a probe its recovery would go unnoticed. False if there is
    // nothing to queue now.
    async Task<bool> CatchUp(CancellationToken cancel)
    {
        if (!isHeld) return false;
        if (health.IsDown && probedAt is { } last && services.Clock.GetElapsedTime(last) < options.ProbeInterval)
            return false;
        await using var connection = await services.Database.OpenBackground(cancel);
        var step = await Backlog.Queue(
            connection, webhook.Lease, health.IsDown ? EventsPerProbe : Backlog.PositionsPerStep, isUp: !health.IsDown,
            cancel);
        if (step.Queued > 0 || step.IsAtEnd || step.IsStuck) probedAt = services.Clock.GetTimestamp();
        isHeld = step.IsHeld;
        return !step.IsStuck;
    }

    async Task Record(CancellationToken cancel)
    {
        var ended = unrecorded.Where(one => one.Attempt is not null).ToList();
        if (ended.Count > 0)
        {
            await using var connection = await services.Database.OpenBackground(cancel);
            await DeliveryTable.Record(connection, webhook.Lease, ended, cancel);
        }
        foreach (var one in ended.Where(one => one.WasCalled)) health.Record(one.Attempt!);
        foreach (var one in unrecorded) busyLanes.Remove(one.Delivery.Lane);
        unrecorded.Clear();
    }

    // Compares with the stored value and not with the previous one: if storing fails, the next poll retries it.
    async Task StoreFailingSince(CancellationToken cancel)
    {
        if (health.FailingSince == storedFailingSince) return;
        await using var connection = await services.Database.OpenBackground(cancel);
        await WebhookTable.SetFailingSince(connection, webhook.Lease, health.FailingSince, cancel);
        storedFailingSince = health.FailingSince;
    }

    async Task<bool> Fetch(int room, CancellationToken cancel)
    {
        var current = webhook;
        if (target?.Version != current.Version)
            target = new Target(current.Version, current.Url, current.Unseal(services.Seal));
        await using var connection = await services.Database.OpenBackground(cancel);
        var (due, hasMore) = await DeliveryTable.FetchDue(
            connection, webhook.Id, [.. busyLanes], options.InFlightMax, room, cancel);
        if (due.Count == 0) return hasMore;
        var events = await LoadEvents(connection, due, cancel);
        var newer = due.FindAll(one =>
            events.GetValueOrDefault(one.EventId) is { } e && EventTypes.Find(e.Type) is null);
        if (newer.Count > 0)
        {
            WebhookMessages.WaitsForNewer(services.Log, webhook.Id, newer.Count);
            await DeliveryTable.Defer(connection, webhook.Lease, newer, newerEventDelay, cancel);
        }
        foreach (var one in due.Except(newer))
        {
            busyLanes.Add(one.Lane);
            jobs.Writer.TryWrite(new Job(one, events.GetValueOrDefault(one.EventId), target));
        }
        return true;
    }

    // Recent events of this node come from memory, others from the database.
    async Task<Dictionary<Guid, StoredEvent>> LoadEvents(
        NpgsqlConnection connection, List<DueDelivery> due, CancellationToken cancel)
    {
        var events = new Dictionary<Guid, StoredEvent>();
        var missing = new List<long>();
        foreach (var one in due)
        {
            if (services.Tail.Find(one.Position, one.EventId) is { } e) events[e.Id] = e;
            else missing.Add(one.Position);
        }
        if (missing.Count == 0) return events;
        foreach (var e in await EventTable.ReadAt(connection, [.. missing], cancel)) events[e.Id] = e;
        return events;
    }

    async Task Work()
    {
        try
        {
            await foreach (var job in jobs.Reader.ReadAllAsync(stopping.Token))
            {
                var mayCall = Interlocked.Increment(ref activeCalls) <= concurrency;
                results.Writer.TryWrite(
                    mayCall ? await Call(job) : new DeliveryResult(job.Delivery, null, default, default));
                Interlocked.Decrement(ref activeCalls);
            }
        }
        catch (OperationCanceledException)
        {
            // The lease was lost, or the node is shutting down.
        }
    }

    async Task<DeliveryResult> Call(Job job)
    {
        if (job.Event is not { } e) return DeadLetter(job.Delivery, "the event is no longer retained");
        try
        {
            return await Send(job, e);
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            // One event must neither end a worker nor block its lane forever.
            WebhookMessages.NotSendable(services.Log, defect, webhook.Id, e.Position);
            return DeadLetter(job.Delivery, "the event cannot be read");
        }
    }

    DeliveryResult DeadLetter(DueDelivery due, string error) => new(
        due, new Attempt(services.Clock.GetUtcNow(), TimeSpan.Zero, null, [], error), DeliveryStatus.Failed,
        TimeSpan.Zero) { WasCalled = false };

    async Task<DeliveryResult> Send(Job job, StoredEvent e)
    {
        var body = CloudEventJson.Bytes(e, webhook.Owner.SeesStock);
        var attempt = await services.Sender.Send(
            job.Target.Url, job.Target.Secrets, e.Id, body, e.Traceparent, stopping.Token);
        var (state, wait) = RetryPolicy.After(
            job.Delivery.Attempts + 1, attempt, options.RetrySchedule, Random.Shared.NextDouble());
        return new DeliveryResult(job.Delivery, attempt, state, wait);
    }

    // Waits until a call ends or Wake is called, at most for the interval.
    async Task Wait(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.PollInterval);
        try
        {
            await results.Reader.WaitToReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Timed out or stopping: the loop checks which.
        }
    }
}

using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Edge.Access;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Webhooks;

/// <summary>What every pump uses.</summary>
sealed record PumpParts(
    Database Database, LogTail Tail, WebhookSender Sender, SecretSeal Seal, WebhookDisabler Disabler,
    IOptions<WebhookOptions> Options, TimeProvider Clock, ILogger<WebhookPump> Log);

/// <summary>
/// Sends one endpoint's deliveries while this node has its lease: a loop that fetches and records in batches, and
/// workers that call. At most one delivery of a lane is with the workers, so events of one order cannot overtake.
/// </summary>
sealed class WebhookPump : IAsyncDisposable
{
    static readonly TimeSpan backoffMax = TimeSpan.FromSeconds(30);

    /// <summary>While the workers have enough to do, so many outcomes are recorded at once.</summary>
    const int RecordMin = 64;

    /// <summary>So many events are queued to ask an endpoint that is down: some are the first of their lane.</summary>
    const int AskMax = 20;

    readonly PumpParts parts;
    readonly WebhookOptions options;
    readonly CancellationTokenSource stopping = new();
    Task running = Task.CompletedTask;

    // Between the loop and the workers. Both channels are bounded by the window: the loop fetches no more.
    readonly Channel<Job> ready = Channel.CreateUnbounded<Job>();
    readonly Channel<Tried?> done = Channel.CreateUnbounded<Tried?>();
    volatile Webhook webhook;
    volatile int concurrency;
    int calls;

    // The loop's own.
    readonly EndpointHealth health;
    readonly HashSet<Guid> busy = [];
    readonly List<Tried> tried = [];
    Target? target;
    bool isGivenUp;
    bool isHeld;
    long? askedAt;

    /// <summary>The last look; null when another is due at once.</summary>
    long? turnedAt;

    WebhookPump(Webhook webhook, PumpParts parts)
    {
        (this.webhook, this.parts, options) = (webhook, parts, parts.Options.Value);
        health = new EndpointHealth(options, webhook.FailingSince);
        isHeld = webhook.QueuedTo is not null;
    }

    /// <summary>Where to send, with the secrets opened.</summary>
    sealed record Target(long Version, Uri Url, IReadOnlyList<WebhookSecret> Secrets);

    sealed record Job(Due Due, StoredEvent? Event, Target Target);

    public DateTimeOffset EnabledAt => webhook.EnabledAt;

    public static WebhookPump Start(Webhook webhook, PumpParts parts)
    {
        var pump = new WebhookPump(webhook, parts);
        pump.running = Task.WhenAll(
            [Task.Run(pump.Loop), .. Enumerable.Range(0, pump.options.Concurrency).Select(_ => Task.Run(pump.Work))]);
        return pump;
    }

    public void Update(Webhook current) => webhook = current;

    public void Look() => done.Writer.TryWrite(null);

    /// <summary>Breaks calls off: whether they were received is not known, so they are made again.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    async Task Loop()
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await Turn(stopping.Token)) turnedAt = null;
                else await Wait(options.Poll);
                failures = 0;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // What was tried stays in memory until it is recorded.
                WebhookLog.CannotSend(parts.Log, failure, webhook.Id);
                var backoff = options.Poll * Math.Pow(2, Math.Min(failures++, 10));
                await Wait(backoff < backoffMax ? backoff : backoffMax);
            }
        }
    }

    /// <summary>Records what was tried and fetches what is due; false when there is nothing more to do now.</summary>
    async Task<bool> Turn(CancellationToken cancel)
    {
        while (done.Reader.TryRead(out var result))
        {
            if (result is not null) tried.Add(result);
        }
        // By the clock: new deliveries may come so often that no wait ever comes to its end.
        var isTime = turnedAt is not { } last || parts.Clock.GetElapsedTime(last) >= options.Poll;
        if (!isTime && tried.Count < RecordMin && busy.Count - tried.Count > options.Concurrency * 2) return false;
        turnedAt = parts.Clock.GetTimestamp();
        if (tried.Count > 0) await Record(cancel);
        if (health.IsDown && !isHeld) await Hold(cancel);
        concurrency = health.Concurrency(parts.Clock.GetUtcNow());
        if (health.GiveUp is { } reason && !isGivenUp)
            isGivenUp = await parts.Disabler.Disable(webhook, reason, health.FailingSince);
        // One at a time is one in all: a lane that waited here meanwhile could not be put off.
        var room = (concurrency > 1 ? options.Window : concurrency) - busy.Count;
        return room > 0 && busy.Count <= options.Window / 2 && (await Fetch(room, cancel) || await CatchUp(cancel));
    }

    async Task Hold(CancellationToken cancel)
    {
        await using var connection = await parts.Database.OpenBackground(cancel);
        await Backlog.Hold(connection, webhook.Id, cancel);
        (isHeld, askedAt) = (true, parts.Clock.GetTimestamp());
    }

    /// <summary>
    /// Goes on with what waits in the log; while the endpoint is down now and then with a little of it, since the next
    /// try of all that is queued may be hours away. False when there is nothing to go on with now.
    /// </summary>
    async Task<bool> CatchUp(CancellationToken cancel)
    {
        if (!isHeld) return false;
        if (health.IsDown && askedAt is { } last && parts.Clock.GetElapsedTime(last) < options.AskEvery) return false;
        await using var connection = await parts.Database.OpenBackground(cancel);
        var step = await Backlog.Queue(
            connection, webhook.Id, health.IsDown ? AskMax : Backlog.Stretch, isUp: !health.IsDown, cancel);
        if (step.Queued > 0 || step.IsAtEnd) askedAt = parts.Clock.GetTimestamp();
        isHeld = step.Waits;
        return true;
    }

    async Task Record(CancellationToken cancel)
    {
        var called = tried.Where(one => one.Attempt is not null).ToList();
        if (called.Count > 0)
        {
            await using var connection = await parts.Database.OpenBackground(cancel);
            await DeliveryTable.Record(connection, webhook.Id, called, cancel);
            var before = health.FailingSince;
            foreach (var one in called) health.Saw(one.Attempt!);
            if (health.FailingSince != before)
                await WebhookTable.SetFailing(connection, webhook.Id, health.FailingSince, cancel);
        }
        foreach (var one in tried) busy.Remove(one.Due.Lane);
        tried.Clear();
    }

    async Task<bool> Fetch(int room, CancellationToken cancel)
    {
        if (target?.Version != webhook.Version) target = await Open(webhook, cancel);
        await using var connection = await parts.Database.OpenBackground(cancel);
        var (due, isMore) = await DeliveryTable.Due(connection, webhook.Id, [.. busy], options.Window, room, cancel);
        if (due.Count == 0) return isMore;
        var events = await Events(connection, due, cancel);
        foreach (var one in due)
        {
            busy.Add(one.Lane);
            ready.Writer.TryWrite(new Job(one, events.GetValueOrDefault(one.EventId), target));
        }
        return true;
    }

    /// <summary>From memory what this node committed lately, the rest from the log.</summary>
    async Task<Dictionary<Guid, StoredEvent>> Events(
        NpgsqlConnection connection, List<Due> due, CancellationToken cancel)
    {
        var events = new Dictionary<Guid, StoredEvent>();
        var others = new List<long>();
        foreach (var one in due)
        {
            if (parts.Tail.Find(one.Position, one.EventId) is { } e) events[e.Id] = e;
            else others.Add(one.Position);
        }
        if (others.Count == 0) return events;
        foreach (var e in await EventTable.ReadAt(connection, [.. others], cancel)) events[e.Id] = e;
        return events;
    }

    async Task<Target> Open(Webhook current, CancellationToken cancel)
    {
        var secrets = new List<WebhookSecret>();
        foreach (var secret in current.Secrets)
            secrets.Add(new WebhookSecret(await parts.Seal.Open(secret.Sealed, current.Id, cancel), secret.Until));
        return new Target(current.Version, current.Url, secrets);
    }

    async Task Work()
    {
        try
        {
            await foreach (var job in ready.Reader.ReadAllAsync(stopping.Token))
            {
                var mayCall = Interlocked.Increment(ref calls) <= concurrency;
                done.Writer.TryWrite(mayCall ? await Call(job) : new Tried(job.Due, null, default, default));
                Interlocked.Decrement(ref calls);
            }
        }
        catch (OperationCanceledException)
        {
            // The lease is over, or the node leaves.
        }
    }

    async Task<Tried> Call(Job job)
    {
        if (job.Event is not { } e)
        {
            var now = parts.Clock.GetUtcNow();
            var lost = new Attempt(now, TimeSpan.Zero, null, [], "the event is no longer kept");
            return new Tried(job.Due, lost, DeliveryState.Failed, TimeSpan.Zero);
        }
        var body = CloudEventJson.Bytes(e, webhook.Owner.SeesStock);
        var attempt = await parts.Sender.Send(
            job.Target.Url, job.Target.Secrets, e.Id, body, e.Traceparent, stopping.Token);
        var (state, wait) = RetryPolicy.After(
            job.Due.Attempts + 1, attempt, options.Schedule, Random.Shared.NextDouble());
        return new Tried(job.Due, attempt, state, wait);
    }

    /// <summary>Until a call has ended or deliveries are said to be there, at most for a time.</summary>
    async Task Wait(TimeSpan time)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        limit.CancelAfter(time);
        try
        {
            await done.Reader.WaitToReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Or to stop: the loop sees which.
        }
    }
}

using Tiffin.Engine.Hosting;

namespace Tiffin.Engine.EventLog;

/// <summary>Timing of a subscription: lease renewal, batch size, backoff. Does no I/O.</summary>
// Times are monotonic: a change of the wall clock must neither extend a lease nor end it. Null means never, because a
// timestamp of 0 is the time of boot, which may have been seconds ago.
sealed class SubscriptionPolicy(SubscriptionOptions options, TimeProvider clock)
{
    // Successful batches required before the batch size is doubled again.
    const int SuccessesMin = 8;

    readonly Backoff backoff = new(TimeSpan.FromMilliseconds(250), options.BackoffMax);
    int halvings;
    int successes;
    long? renewedAt;
    long? checkpointedAt;
    long? batchStartedAt;

    public int Failures => backoff.Failures;

    /// <summary>Records when the lease was requested; in the database it starts then or slightly later.</summary>
    public void LeaseRenewed(long requestedAt) => renewedAt = requestedAt;

    /// <summary>
    /// Batch size: halved after each timeout, doubled again after several successful batches. Without that, a batch too
    /// large for the timeout would fail for ever.
    /// </summary>
    public int BatchMax(int most) => Math.Max(most >> halvings, 1);

    /// <summary>A batch timed out.</summary>
    public void TimedOut()
    {
        halvings = Math.Min(halvings + 1, 30);
        successes = 0;
    }

    public void Succeeded(long requestedAt)
    {
        backoff.Reset();
        if (halvings > 0 && ++successes == SuccessesMin) (halvings, successes) = (halvings - 1, 0);
        renewedAt = requestedAt;
        checkpointedAt = requestedAt;
    }

    public void Failed() => backoff.Failed();

    // A third of the lease: tolerates two failed renewals.
    TimeSpan RenewInterval => options.LeaseDuration / 3;

    public bool ShouldRenew => HasPassed(RenewInterval, renewedAt);

    /// <summary>Marks the start of a batch.</summary>
    public void BatchStarted() => batchStartedAt = clock.GetTimestamp();

    /// <summary>Time left until the next batch may be read.</summary>
    public TimeSpan LingerLeft(TimeSpan linger) =>
        batchStartedAt is { } at && linger - clock.GetElapsedTime(at) is var rest && rest > TimeSpan.Zero
            ? rest
            : TimeSpan.Zero;

    /// <summary>
    /// Whether to advance the checkpoint past events that required no effect: at most once per
    /// <c>CheckpointInterval</c>, because it costs a transaction.
    /// </summary>
    public bool ShouldCheckpoint => HasPassed(options.CheckpointInterval, checkpointedAt);

    /// <summary>
    /// Maximum time to wait for a notification. Short enough to renew the lease and, when the checkpoint is behind, to
    /// advance it in time.
    /// </summary>
    public TimeSpan WaitMax(bool isAhead)
    {
        var most = options.PollInterval < RenewInterval ? options.PollInterval : RenewInterval;
        return isAhead && options.CheckpointInterval < most ? options.CheckpointInterval : most;
    }

    /// <summary>
    /// How long this node may act as the leader without renewing the lease. A fifth of the lease is kept as a margin
    /// for requests that are in flight when the time is over.
    /// </summary>
    public TimeSpan LeaseLeft =>
        renewedAt is { } at && options.LeaseDuration * 0.8 - clock.GetElapsedTime(at) is var left
            && left > TimeSpan.Zero
            ? left
            : TimeSpan.Zero;

    public TimeSpan Backoff(double jitter) => backoff.Delay(jitter);

    bool HasPassed(TimeSpan time, long? since) => since is not { } at || clock.GetElapsedTime(at) >= time;
}

sealed class SubscriptionOptions
{
    /// <summary>Lease duration: failover takes up to this long after a node dies.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How often a node without the lease tries to acquire it.</summary>
    public TimeSpan LeaseRetryInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Poll interval, in case a notification is lost.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the checkpoint advances past events that are irrelevant to the subscriber.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Interval of lag samples for metrics.</summary>
    public TimeSpan LagSampleInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Maximum backoff between retries of a failing subscriber.</summary>
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromSeconds(30);
}

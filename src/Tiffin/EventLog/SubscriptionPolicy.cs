namespace Tiffin.EventLog;

/// <summary>When to renew, when to try again, when to let go. Does no I/O; the loop does what it says.</summary>
// Times are the clock's monotonic ones: setting the wall clock must neither keep a lease nor lose it. Null is never:
// a timestamp of 0 is the boot of the machine, which may have been seconds ago.
public sealed class SubscriptionPolicy(SubscriptionOptions options, TimeProvider clock)
{
    /// <summary>Batches that must go through before the next larger one is tried.</summary>
    const int SuccessesMin = 8;

    int failures;
    int halvings;
    int successes;
    long? renewedAt;
    long? keptAt;
    long? handledAt;

    public int Failures => failures;

    /// <summary>Takes down when the lease was asked for: the database's runs from then or a little later.</summary>
    public void Leased(long askedAt) => renewedAt = askedAt;

    /// <summary>
    /// How many events to read at once: half as many after each time-out, and twice as many again after some batches
    /// that went through. A batch that is too large for the time-outs would fail for ever.
    /// </summary>
    public int BatchMax(int most) => Math.Max(most >> halvings, 1);

    /// <summary>A batch was not done in time.</summary>
    public void TimedOut()
    {
        halvings = Math.Min(halvings + 1, 30);
        successes = 0;
    }

    public void Succeeded(long askedAt)
    {
        failures = 0;
        if (halvings > 0 && ++successes == SuccessesMin) (halvings, successes) = (halvings - 1, 0);
        renewedAt = askedAt;
        keptAt = askedAt;
    }

    public void Failed() => failures++;

    /// <summary>Renewed at a third of the lease, a lease survives two renewals that fail.</summary>
    public bool ShouldRenew => HasPassed(options.Lease / 3, renewedAt);

    /// <summary>A batch is being handled from now on.</summary>
    public void Handles() => handledAt = clock.GetTimestamp();

    /// <summary>How long the next batch may still gather.</summary>
    public TimeSpan Rest(TimeSpan linger) =>
        handledAt is { } at && linger - clock.GetElapsedTime(at) is var rest && rest > TimeSpan.Zero
            ? rest
            : TimeSpan.Zero;

    /// <summary>
    /// Whether a checkpoint that is behind without need has been so for long enough: then it is worth a transaction.
    /// </summary>
    public bool ShouldKeep => HasPassed(options.Keep, keptAt);

    /// <summary>
    /// How long to wait without being woken: not so long as to sleep through the lease, nor, when the checkpoint is
    /// behind, through the time to move it.
    /// </summary>
    public TimeSpan Wait(bool isAhead)
    {
        var most = options.Poll < options.Lease / 3 ? options.Poll : options.Lease / 3;
        return isAhead && options.Keep < most ? options.Keep : most;
    }

    /// <summary>
    /// How long this node may still act as the leader without asking the database: a fifth of the lease is kept back
    /// for what is on its way when the time is over.
    /// </summary>
    public TimeSpan Left =>
        renewedAt is { } at && options.Lease * 0.8 - clock.GetElapsedTime(at) is var left && left > TimeSpan.Zero
            ? left
            : TimeSpan.Zero;

    /// <summary>How long to wait after a failure: from a quarter of a second doubling to the limit, jittered.</summary>
    public TimeSpan Backoff(double jitter)
    {
        var doubled = TimeSpan.FromMilliseconds(250 * Math.Pow(2, Math.Min(failures - 1, 16)));
        return (doubled < options.BackoffMax ? doubled : options.BackoffMax) * (0.75 + jitter / 2);
    }

    bool HasPassed(TimeSpan time, long? since) => since is not { } at || clock.GetElapsedTime(at) >= time;
}

public sealed class SubscriptionOptions
{
    /// <summary>A node that dies is succeeded when its lease has run out.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How often a node without the lease asks for it.</summary>
    public TimeSpan Standby { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often to look without having been woken.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the checkpoint is moved past events that did not concern the subscriber.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often to look how far the subscribers have come, for the metrics.</summary>
    public TimeSpan Watch { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromSeconds(30);
}

namespace Tiffin.EventLog;

/// <summary>When to renew, when to try again, when to let go. Pure; the loop does what it says.</summary>
public sealed class SubscriptionPolicy(SubscriptionOptions options)
{
    int failures;
    DateTimeOffset renewedAt;

    public int Failures => failures;

    public void Leased(DateTimeOffset now) => renewedAt = now;

    public void Succeeded(DateTimeOffset now)
    {
        failures = 0;
        renewedAt = now;
    }

    public void Failed() => failures++;

    /// <summary>Renewed at a third of the lease, a lease survives two renewals that fail.</summary>
    public bool ShouldRenew(DateTimeOffset now) => now - renewedAt >= options.Lease / 3;

    /// <summary>
    /// By this node's own clock, the lease may have run out. It is judged early: the database's clock started later.
    /// </summary>
    public bool MayHaveExpired(DateTimeOffset now) => now - renewedAt >= options.Lease * 0.8;

    /// <summary>
    /// How long to wait after a failure: doubling from a quarter of a second to the limit, with jitter.
    /// </summary>
    public TimeSpan Backoff(double jitter)
    {
        var doubled = TimeSpan.FromMilliseconds(250 * Math.Pow(2, Math.Min(failures - 1, 16)));
        return (doubled < options.BackoffMax ? doubled : options.BackoffMax) * (0.75 + jitter / 2);
    }
}

public sealed class SubscriptionOptions
{
    /// <summary>A node that dies is succeeded when its lease has run out.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How often a node without the lease asks for it.</summary>
    public TimeSpan Standby { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often to look without having been woken.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromSeconds(30);
}

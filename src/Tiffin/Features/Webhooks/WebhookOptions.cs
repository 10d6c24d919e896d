namespace Tiffin.Features.Webhooks;

/// <summary>Addresses, retries and limits of webhooks, in the section <c>Webhooks</c>.</summary>
sealed class WebhookOptions
{
    /// <summary>
    /// Allows <c>http://</c> URLs and any port, for development. Private addresses are still refused.
    /// </summary>
    public bool AllowHttp { get; set; }

    /// <summary>Allows loopback addresses and any port: for development and tests.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>Allowed ports of webhook URLs; default 443 and 8443.</summary>
    public HashSet<int>? Ports { get; set; }

    static readonly HashSet<int> defaultPorts = [443, 8443];

    internal HashSet<int> AllowedPorts => Ports is { Count: > 0 } configured ? configured : defaultPorts;

    /// <summary>Maximum webhooks per owner.</summary>
    public int PerOwnerMax { get; set; } = 20;

    /// <summary>Maximum concurrent calls to one endpoint.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>Maximum deliveries of one endpoint that a node holds in memory.</summary>
    public int InFlightMax { get; set; } = 256;

    /// <summary>
    /// Consecutive failures until an endpoint counts as down: it gets one call at a time until one succeeds.
    /// </summary>
    public int DownAfterFailures { get; set; } = 5;

    /// <summary>How often to probe an endpoint that is down while none of its retries are due.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Timeout of one attempt, from the DNS lookup to the end of the response.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Timeout of the DNS lookup and the TCP and TLS handshakes, within <c>Timeout</c>.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Backoff after each failed attempt in turn; then the delivery is dead-lettered.</summary>
    public IReadOnlyList<TimeSpan> RetrySchedule { get; set; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>The last attempt is at most this long after the first, unless the receiver defers it.</summary>
    internal TimeSpan RetryDurationMax =>
        RetrySchedule.Aggregate(TimeSpan.Zero, (sum, wait) => sum + RetryPolicy.WithJitter(wait, jitter: 1));

    /// <summary>Disables an endpoint whose attempts have all failed for this long.</summary>
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>
    /// Lease of an endpoint by the node that sends to it, renewed every third of it. Failover takes up to this long.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How often to poll for due deliveries.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long to keep deliveries after their event, at least 1 day. Dropped by whole weeks, up to 7 days later.
    /// </summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);
}

namespace Tiffin.Features.Webhooks;

/// <summary>What may be called, how often, and how long: the section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>Allows <c>http://</c> addresses, and any port: for development, or a network of one's own.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Allows this machine's own addresses, at any port: for development and tests.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>The ports that may be called; 443 and 8443 without.</summary>
    public HashSet<int>? Ports { get; set; }

    static readonly HashSet<int> ports = [443, 8443];

    internal HashSet<int> AllowedPorts => Ports is { Count: > 0 } some ? some : ports;

    public int PerOwnerMax { get; set; } = 20;

    /// <summary>Calls to one endpoint at a time.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>Deliveries of one endpoint that this node holds in memory.</summary>
    public int Window { get; set; } = 256;

    /// <summary>After so many failures in a row an endpoint gets one call at a time, until it answers.</summary>
    public int FailuresMax { get; set; } = 5;

    /// <summary>How often one that is down is asked when nothing that is queued is due.</summary>
    public TimeSpan AskEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>From the look-up of the name to the end of the answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The waits after the first failure, the second, and so on; then a delivery is set aside.</summary>
    public IReadOnlyList<TimeSpan> Schedule { get; set; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>How long after its event a delivery is tried last, unless the endpoint defers it.</summary>
    internal TimeSpan RetriesLast =>
        Schedule.Aggregate(TimeSpan.Zero, (sum, wait) => sum + RetryPolicy.Wait(wait, jitter: 1));

    /// <summary>An endpoint that has answered nothing for so long is disabled.</summary>
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>How long a node sends for an endpoint without saying so again.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How often to look for deliveries without having been woken.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Deliveries are listed for at least this long after their event, and up to a week more; a day or more.
    /// </summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);
}

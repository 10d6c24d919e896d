namespace Tiffin.Edge.Access;

/// <summary>Origins, proxies, API keys and the audit log, in the section <c>Access</c>.</summary>
sealed class AccessOptions
{
    /// <summary>Origins allowed by CORS, such as <c>https://staff.example</c>. Compared exactly.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> headers are trusted: addresses or networks,
    /// such as <c>10.0.0.0/16</c>. All clients of an unlisted proxy share the limits of its address.
    /// </summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>
    /// Interval at which a node reloads all API keys. Changes through the API are read every two seconds; this is the
    /// maximum delay for keys that were changed by SQL, or whose revocation was lost in a failover.
    /// </summary>
    public TimeSpan KeyReloadInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the response to an audited request waits for its audit entry to become durable. After that it is sent:
    /// the effect has already happened, and the entry stays queued.
    /// </summary>
    public TimeSpan AuditWriteTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Audit entries are kept for at least this long, and up to a week more. Minimum one day.</summary>
    public TimeSpan AuditRetention { get; set; } = TimeSpan.FromDays(400);
}

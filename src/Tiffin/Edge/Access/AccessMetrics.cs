using System.Diagnostics.Metrics;

namespace Tiffin.Edge.Access;

/// <summary>Metrics of authentication, authorization and rate limits.</summary>
public sealed class AccessMetrics
{
    public const string MeterName = "Tiffin.Access";

    readonly Counter<long> refused;
    readonly Counter<long> auditLost;

    public AccessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        refused = meter.CreateCounter<long>(
            "tiffin.access.refused", "{request}", "Requests that were refused for who asks, by what was wrong");
        auditLost = meter.CreateCounter<long>(
            "tiffin.audit.lost", "{entry}", "Entries of the audit that were lost: no room, or refused for good");
    }

    public void AuditLost() => auditLost.Add(1);

    /// <param name="reason">
    /// From a fixed set: values that callers choose would create unbounded series.
    /// </param>
    public void Refused(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
}

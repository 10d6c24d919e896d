using System.Diagnostics.Metrics;

namespace Tiffin.Edge.Access;

/// <summary>Metrics of authentication, authorization and rate limits.</summary>
sealed class AccessMetrics
{
    public const string MeterName = "Tiffin.Access";

    readonly Counter<long> rejected;
    readonly Counter<long> auditLost;

    public AccessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        rejected = meter.CreateCounter<long>(
            "tiffin.access.rejected", "{request}",
            "Requests rejected by authentication, authorization or rate limits, by reason");
        auditLost = meter.CreateCounter<long>(
            "tiffin.audit.lost", "{entry}",
            "Audit entries lost because the queue was full or PostgreSQL rejected them");
    }

    public void AuditLost() => auditLost.Add(1);

    /// <param name="reason">
    /// From a fixed set: values that callers choose would create unbounded series.
    /// </param>
    public void Rejected(string reason) => rejected.Add(1, new KeyValuePair<string, object?>("reason", reason));
}

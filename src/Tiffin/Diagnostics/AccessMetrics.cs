using System.Diagnostics.Metrics;

namespace Tiffin.Diagnostics;

/// <summary>What is measured at the gate.</summary>
public sealed class AccessMetrics
{
    public const string MeterName = "Tiffin.Access";

    readonly Counter<long> refused;

    public AccessMetrics(IMeterFactory meters) => refused = meters.Create(MeterName).CreateCounter<long>(
        "tiffin.access.refused", "{request}", "Requests that were refused for who asks, by what was wrong");

    /// <param name="reason">
    /// One of our own words: whatever a caller could choose would be a series of its own.
    /// </param>
    public void Refused(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
}

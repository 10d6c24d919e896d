using System.Diagnostics.Metrics;

namespace Tiffin.Features.Upkeep;

/// <summary>Clock skew between this node and the database.</summary>
public sealed class ClockMetrics(IMeterFactory meters)
{
    public const string MeterName = "Tiffin.Clock";

    readonly Gauge<double> skew = meters.Create(MeterName).CreateGauge<double>(
        "tiffin.clock.skew", "s", "How far this node's clock is ahead of the database's, below zero behind it");

    public void Measured(TimeSpan difference) => skew.Record(difference.TotalSeconds);
}

using System.Diagnostics.Metrics;

namespace Tiffin.Features.Upkeep;

/// <summary>Clock skew between this node and the database.</summary>
sealed class ClockMetrics(IMeterFactory meters)
{
    public const string MeterName = "Tiffin.Clock";

    readonly Gauge<double> skew = meters.Create(MeterName).CreateGauge<double>(
        "tiffin.clock.skew", "s", "Clock of this node minus clock of the database");

    public void Record(TimeSpan difference) => skew.Record(difference.TotalSeconds);
}

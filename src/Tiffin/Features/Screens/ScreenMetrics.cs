using System.Diagnostics.Metrics;
using Tiffin.Domain;

namespace Tiffin.Features.Screens;

/// <summary>Metrics that screens report to this node.</summary>
sealed class ScreenMetrics(IMeterFactory meters)
{
    public const string MeterName = "Tiffin.Screens";

    readonly Counter<long> differences = meters.Create(MeterName).CreateCounter<long>(
        "tiffin.screen.differences", "{difference}",
        "Differences that screens found between what they showed and a fresh snapshot, by screen");

    public void InitializeSeries()
    {
        foreach (var screen in Enum.GetValues<ComparedScreen>()) RecordDifferences(screen, 0);
    }

    public void RecordDifferences(ComparedScreen screen, int count) =>
        differences.Add(count, new KeyValuePair<string, object?>("screen", Names.Of(screen)));
}

using Tiffin.Bench.Results;

namespace Tiffin.Bench.Scenarios;

/// <summary>A scenario. A round may yield several named measurements.</summary>
/// <param name="RoundsMax">Limits scenarios that take long and compare within one round.</param>
sealed record Scenario(
    string Name, Func<Lab, BenchPlan, CancellationToken, IAsyncEnumerable<Measurement>> Measure,
    int RoundsMax = int.MaxValue)
{
    /// <summary>Scenarios to compare are adjacent, so that they are measured close together.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
        [
            .. Saturation.All, .. BatchLimit.All, .. Steady.All, .. Rush.All, .. Readers.All, .. Trackers.All,
            .. Boards.All, .. Growth.All,
        ];
}

using Tiffin.Bench.Results;

namespace Tiffin.Bench.Scenarios;

/// <summary>One thing that is measured. A round of it may come to several measurements, each under a name.</summary>
/// <param name="RoundsMax">For what takes long, and compares within one round.</param>
sealed record Scenario(
    string Name, Func<Lab, BenchPlan, CancellationToken, IAsyncEnumerable<Measurement>> Measure,
    int RoundsMax = int.MaxValue)
{
    /// <summary>Those that are compared stand beside each other, so that each round measures both.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
        [
            .. Saturation.All, .. BatchLimit.All, .. Steady.All, .. Rush.All, .. Readers.All, .. Trackers.All,
            .. Growth.All,
        ];
}

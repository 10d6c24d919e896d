using Tiffin.Bench.Load;

namespace Tiffin.Bench;

/// <summary>Number and length of runs. All durations scale with <paramref name="Seconds"/>.</summary>
/// <param name="PastOrders">Orders in the tables of the full database of <c>growth</c>.</param>
sealed record BenchPlan(int Rounds, int Seconds, long PastOrders)
{
    /// <summary>Results of shorter runs are smoke tests and are not published.</summary>
    public const int SecondsUsual = 10;

    const double Tolerance = 0.03;

    public TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    /// <summary>For runs at a fixed rate: six times a saturation run, one minute by default.</summary>
    public TimeSpan LongTime => Time * 6;

    public TimeSpan Window => Time < Load.WarmUp.Window ? Time : Load.WarmUp.Window;

    // A run shorter than one warm-up window is a smoke test.
    public WarmUp WarmUp() => Time < Load.WarmUp.Window ? new(Tolerance, 1, 1) : new(Tolerance, 6, 10);
}

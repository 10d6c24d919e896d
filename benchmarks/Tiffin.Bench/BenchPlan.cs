using Tiffin.Bench.Load;

namespace Tiffin.Bench;

/// <summary>How often and how long. Everything follows from a run's seconds, so that a quick look is quick.</summary>
/// <param name="PastOrders">That stand in the tables of a chain that has been at work for long.</param>
sealed record BenchPlan(int Rounds, int Seconds, long PastOrders)
{
    /// <summary>Shorter runs are for looking whether all works: their figures are not published.</summary>
    public const int SecondsUsual = 10;

    const double Tolerance = 0.03;

    public TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    /// <summary>For rates that are held: six times a saturation run, a minute by default.</summary>
    public TimeSpan LongTime => Time * 6;

    public TimeSpan Window => Time < Load.WarmUp.Window ? Time : Load.WarmUp.Window;

    /// <summary>A run that is shorter than a window of warming up is for looking whether all works.</summary>
    public WarmUp WarmUp() => Time < Load.WarmUp.Window ? new(Tolerance, 1, 1) : new(Tolerance, 6, 10);
}

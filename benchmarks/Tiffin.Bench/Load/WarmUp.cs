namespace Tiffin.Bench.Load;

/// <summary>
/// Detects when a new process has warmed up: its rate no longer rises. Tiered JIT compilation in the background takes
/// twenty seconds or more on a busy machine.
/// </summary>
sealed class WarmUp(double tolerance, int windowsMin, int windowsMax)
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(4);

    double best;
    int windows;

    /// <summary>Whether measuring can start, after a window with this rate.</summary>
    public bool IsDone(double perSecond)
    {
        windows++;
        var rises = perSecond > best * (1 + tolerance);
        best = Math.Max(best, perSecond);
        return windows >= windowsMax || (windows >= windowsMin && !rises);
    }
}

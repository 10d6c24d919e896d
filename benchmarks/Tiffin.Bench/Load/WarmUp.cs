namespace Tiffin.Bench.Load;

/// <summary>
/// When a fresh process has warmed up: its rate no longer rises. The JIT compiles what is hot a second time in the
/// background, which on a busy machine takes twenty seconds and more.
/// </summary>
sealed class WarmUp(double tolerance, int windowsMin, int windowsMax)
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(4);

    double best;
    int windows;

    /// <summary>Whether to go on to measure, after a window with this rate.</summary>
    public bool IsDone(double perSecond)
    {
        windows++;
        var rises = perSecond > best * (1 + tolerance);
        best = Math.Max(best, perSecond);
        return windows >= windowsMax || (windows >= windowsMin && !rises);
    }
}

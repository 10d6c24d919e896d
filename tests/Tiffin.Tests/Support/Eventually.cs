using System.Diagnostics;

namespace Tiffin.Tests.Support;

public static class Eventually
{
    /// <summary>Far beyond what any condition takes on a busy machine; only a broken one gets here.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for a condition; fails with what was waited for.</summary>
    public static async Task Is(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException($"never came: {what}");
            await Task.Delay(pause);
        }
    }

    public static Task Is(Func<bool> condition, string what) => Is(() => Task.FromResult(condition()), what);
}

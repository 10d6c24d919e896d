using System.Diagnostics;

namespace Tiffin.Tests.Support;

/// <summary>Waits for a condition, at most for a time that only a broken build needs.</summary>
public static class Eventually
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    public static async Task Holds(Func<Task<bool>> condition, Func<string>? because = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > patience) throw new ShouldAssertException(because?.Invoke() ?? "It never came true.");
            await Task.Delay(20);
        }
    }

    public static Task Holds(Func<bool> condition, Func<string>? because = null) =>
        Holds(() => Task.FromResult(condition()), because);
}

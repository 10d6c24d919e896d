using System.Diagnostics;

namespace Tiffin.Tests.Support;

/// <summary>Waits for a condition, at most for a time that only a broken build needs.</summary>
public static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task Holds(Func<Task<bool>> condition, Func<string>? because = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience) throw new ShouldAssertException(because?.Invoke() ?? "It never came true.");
            await Task.Delay(20);
        }
    }

    public static Task Holds(Func<bool> condition, Func<string>? because = null) =>
        Holds(() => Task.FromResult(condition()), because);

    public static Task Holds(Func<Task<bool>> condition, string what) => Holds(condition, () => $"Never came: {what}.");

    public static Task Holds(Func<bool> condition, string what) => Holds(condition, () => $"Never came: {what}.");
}

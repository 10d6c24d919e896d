using System.Diagnostics;

namespace Tiffin.Tests.Support;

/// <summary>Waits for what has to come true some time soon, without knowing when.</summary>
public static class Eventually
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan interval = TimeSpan.FromMilliseconds(20);

    public static Task IsTrue(Func<bool> condition, Func<string> what) =>
        IsTrue(() => Task.FromResult(condition()), what);

    public static async Task IsTrue(Func<Task<bool>> condition, Func<string> what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > deadline) throw new TimeoutException($"It never came true that {what()}");
            await Task.Delay(interval);
        }
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Tiffin.Tests.Support;

/// <summary>
/// Waits for a condition, at most for a time that only a broken build needs. Prefer what reads a value and judges it:
/// its failure prints the value that was read last.
/// </summary>
// A condition on a counter is never an equality: the counter may pass the value between two looks.
public static class Eventually
{
    const int PrintedMax = 2_000;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    static readonly JsonSerializerOptions printed = new() { IncludeFields = true };

    /// <summary>Reads until the condition holds; answers what was read then.</summary>
    public static async Task<T> Holds<T>(
        Func<Task<T>> read, Func<T, bool> condition, string? what = null,
        [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (condition(value)) return value;
            if (watch.Elapsed > Patience)
                throw new ShouldAssertException(
                    $"After {Patience.TotalSeconds} s this did not hold: {what ?? text}. Last read: {Print(value)}");
            await Task.Delay(20);
        }
    }

    public static Task<T> Holds<T>(
        Func<T> read, Func<T, bool> condition, string? what = null,
        [CallerArgumentExpression(nameof(condition))] string text = "") =>
        Holds(() => Task.FromResult(read()), condition, what, text);

    /// <summary>For what has no state worth printing; <paramref name="state"/> says it otherwise.</summary>
    public static async Task Holds(
        Func<Task<bool>> condition, Func<string>? state = null,
        [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience)
                throw new ShouldAssertException(
                    $"After {Patience.TotalSeconds} s this did not hold: {text}. {state?.Invoke()}");
            await Task.Delay(20);
        }
    }

    public static Task Holds(
        Func<bool> condition, Func<string>? state = null,
        [CallerArgumentExpression(nameof(condition))] string text = "") =>
        Holds(() => Task.FromResult(condition()), state, text);

    public static Task Holds(
        Func<Task<bool>> condition, string what, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        Holds(condition, state: null, $"{what}: {text}");

    public static Task Holds(
        Func<bool> condition, string what, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        Holds(condition, state: null, $"{what}: {text}");

    static string Print<T>(T value)
    {
        var text = value as string ?? JsonSerializer.Serialize(value, printed);
        return text.Length > PrintedMax ? text[..PrintedMax] + "…" : text;
    }
}

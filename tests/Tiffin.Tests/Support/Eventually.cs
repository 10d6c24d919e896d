using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Tiffin.Tests.Support;

/// <summary>
/// Waits for a condition, with a timeout that only a broken build reaches. Prefer the overloads that read a value:
/// their failure prints the value that was read last.
/// </summary>
// A condition on a counter is never an equality: the counter may pass the value between two reads.
public static class Eventually
{
    const int PrintedMax = 2_000;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    static readonly JsonSerializerOptions printed = new() { IncludeFields = true };

    /// <summary>Reads until the condition holds; returns the value that satisfied it.</summary>
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

    /// <summary>For conditions without a value to print; <paramref name="state"/> may describe the state.</summary>
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

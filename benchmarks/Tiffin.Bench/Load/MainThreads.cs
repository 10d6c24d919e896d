using System.Text.Json;
using Microsoft.Playwright;

namespace Tiffin.Bench.Load;

/// <summary>
/// The CPU time of the pages' main threads, from the browser's own trace. The long tasks that a page observes are
/// wall-clock times: on a busy machine they include waiting for a core.
/// </summary>
sealed class MainThreads(ICDPSession browser)
{
    const string Tasks = "disabled-by-default-devtools.timeline";
    const string Marks = "blink.user_timing";
    static readonly TimeSpan longTask = TimeSpan.FromMilliseconds(50);

    readonly List<JsonElement> events = [];
    readonly TaskCompletionSource complete = new();

    readonly record struct Thread(int Process, int Id);

    readonly record struct Run(Thread Thread, double At, TimeSpan Work);

    public static async Task<MainThreads> Trace(IBrowser browser)
    {
        var session = await browser.NewBrowserCDPSessionAsync();
        var trace = new MainThreads(session);
        session.Event("Tracing.dataCollected").OnEvent += (_, data) => trace.Take(data!.Value);
        session.Event("Tracing.tracingComplete").OnEvent += (_, _) => trace.complete.TrySetResult();
        await session.SendAsync("Tracing.start", new()
        {
            ["transferMode"] = "ReportEvents",
            ["traceConfig"] = new { includedCategories = new[] { Tasks, Marks } },
        });
        return trace;
    }

    /// <summary>Ends the trace; returns how many tasks took more than 50 ms of CPU time, and the longest.</summary>
    public async Task<(int Count, TimeSpan Longest)> LongTasks()
    {
        var runs = await Runs();
        return (runs.Count(run => run.Work > longTask), runs.Select(run => run.Work).DefaultIfEmpty().Max());
    }

    /// <summary>Ends the trace; returns the CPU time of each main thread until its page has set the mark.</summary>
    public async Task<IReadOnlyList<TimeSpan>> WorkUntil(string mark)
    {
        var runs = await Runs();
        lock (events)
        {
            return
            [
                .. events.Where(one => Name(one) == mark).Select(one => (ThreadOf(one), At: At(one))).Select(set => runs
                    .Where(run => run.Thread == set.Item1 && run.At < set.At)
                    .Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Work)),
            ];
        }
    }

    async Task<IReadOnlyList<Run>> Runs()
    {
        if (!complete.Task.IsCompleted) await browser.SendAsync("Tracing.end");
        await complete.Task;
        lock (events)
        {
            var main = events.Where(one => Name(one) == "thread_name"
                    && one.GetProperty("args").GetProperty("name").GetString() == "CrRendererMain")
                .Select(ThreadOf).ToHashSet();
            return
            [
                .. events.Where(one => Name(one) == "RunTask" && main.Contains(ThreadOf(one)))
                    .Select(one => new Run(ThreadOf(one), At(one), Work(one))),
            ];
        }
    }

    void Take(JsonElement data)
    {
        lock (events)
        {
            events.AddRange(data.GetProperty("value").EnumerateArray()
                .Where(one => Name(one) is "RunTask" or "thread_name" || Category(one) == Marks)
                .Select(one => one.Clone()));
        }
    }

    static string? Name(JsonElement one) => one.TryGetProperty("name", out var name) ? name.GetString() : null;

    static string? Category(JsonElement one) => one.TryGetProperty("cat", out var name) ? name.GetString() : null;

    static double At(JsonElement one) => one.GetProperty("ts").GetDouble();

    static Thread ThreadOf(JsonElement one) =>
        new(one.GetProperty("pid").GetInt32(), one.GetProperty("tid").GetInt32());

    static TimeSpan Work(JsonElement one) =>
        one.TryGetProperty("tdur", out var microseconds)
            ? TimeSpan.FromMicroseconds(microseconds.GetDouble())
            : default;
}

using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Tiffin.Bench.Load;
using Tiffin.Bench.OpenLoop;
using Tiffin.Bench.Results;
using Tiffin.Bench.Traffic;

namespace Tiffin.Bench.Scenarios;

/// <summary>
/// Two boards of a kitchen with 200 open orders in a browser, while orders come and go at 20 events a second. Measures
/// what blocks the page, and how soon both boards show an order that is placed or moved, or one a tap on the other.
/// Needs chromium.
/// </summary>
static class Boards
{
    const string Chromium = "/usr/bin/chromium-headless-shell";
    const string Kitchen = "kitchen-1";
    const int OpenOrders = 200;
    // Fewer than the open orders: those that are on their way have no card.
    const int Cards = 150;
    const int EventsPerSecond = 20;
    // Placing an order also accepts it: two events. Each move is one event.
    static readonly string[] moves = ["preparing", "ready", "out_for_delivery", "delivered"];
    static readonly string[] seenMoves = ["preparing", "ready"];
    static readonly int eventsPerTurn = moves.Length + 2;
    static readonly TimeSpan pause = TimeSpan.FromSeconds(eventsPerTurn / (moves.Length + 1.0) / EventsPerSecond);
    static readonly TimeSpan tapPause = TimeSpan.FromMilliseconds(500);
    const int TapPlaces = 20;

    public static IEnumerable<Scenario> All => [new("board", Measure, RoundsMax: 1)];

    static async IAsyncEnumerable<Measurement> Measure(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Outside development the session's cookie is for HTTPS.
        var options = new SiteOptions(1, null, [("ASPNETCORE_ENVIRONMENT", "Development")]);
        await using var site = await lab.Open(options, cancel);
        using var http = new HttpClient { BaseAddress = site.Address };
        var orders = new Queue<string>();
        var baskets = new Baskets(new Random(20261129));
        while (orders.Count < OpenOrders) orders.Enqueue(await Place(http, lab.Keys, baskets, cancel));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("TIFFIN_CHROMIUM") ?? Chromium,
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
        foreach (var (name, slowDown) in new[] { ("board", 1), ("board-slow", 4) })
        {
            var key = lab.Keys.Kitchens[0];
            var loading = await MainThreads.Trace(browser);
            var one = await BoardPage.Open(browser, site.Address, key, Kitchen, slowDown, Cards);
            var other = await BoardPage.Open(browser, site.Address, key, Kitchen, slowDown, Cards);
            var firstCards = await loading.WorkUntil("first card");
            var following = await MainThreads.Trace(browser);
            var sightings = new Sightings();
            var followed = await Follow(name, one, other, site, bench.LongTime, async stop =>
            {
                var turns = 0;
                for (; !stop.IsCancellationRequested; turns++)
                    await Turn(http, lab.Keys, baskets, orders, sightings, cancel);
                return turns * eventsPerTurn;
            }, cancel);
            followed = With(followed, await sightings.Figures(one, other, cancel));
            var tasks = await following.LongTasks();
            yield return With(followed, new()
            {
                // CPU time only: wall-clock times include waiting for a core.
                ["first card CPU ms"] = firstCards.Max().TotalMilliseconds,
                ["long tasks by CPU"] = tasks.Count,
                ["longest CPU ms"] = tasks.Longest.TotalMilliseconds,
            });
            await one.Close();
            await other.Close();
        }
    }

    static async Task<Measurement> Follow(
        string name, BoardPage one, BoardPage other, Site site, TimeSpan time, Func<CancellationToken, Task<int>> load,
        CancellationToken cancel)
    {
        var (loading, firstCard) = (await one.LongTasks(), await one.FirstCard());
        foreach (var page in new[] { one, other }) await page.ForgetLongTasks();
        var (latencies, unseen, events) = (new LatencyHistogram(), 0, 0);
        var cpu = await other.Cpu();
        var measured = await site.Measure(name, async () =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            stop.CancelAfter(time);
            var running = load(stop.Token);
            for (var tap = 0; !stop.IsCancellationRequested; tap++)
            {
                if (await one.Tap(other, tap % TapPlaces) is { } latency) latencies.Record(latency);
                else unseen++;
                await Task.WhenAny(Task.Delay(tapPause, stop.Token));
            }
            return events = await running;
        }, cancel);
        cpu = await other.Cpu() - cpu;
        double[] longTasks = [.. await one.LongTasks(), .. await other.LongTasks()];
        return measured with
        {
            PerSecond = events / time.TotalSeconds,
            Latency = Latencies.Of(latencies),
            Figures = new Dictionary<string, double>
            {
                ["first card ms"] = firstCard,
                ["long tasks while loading"] = loading.Length,
                ["longest while loading ms"] = loading.DefaultIfEmpty().Max(),
                ["long tasks in both boards"] = longTasks.Length,
                ["longest ms"] = longTasks.DefaultIfEmpty().Max(),
                ["CPU ms per event"] = cpu * 1000 / events,
                ["taps"] = latencies.Count,
                ["taps not seen"] = unseen,
            },
        };
    }

    static Measurement With(Measurement measured, Dictionary<string, double> figures) =>
        measured with { Figures = measured.Figures.Concat(figures).ToDictionary() };

    /// <summary>Delivers the oldest order and places a new one.</summary>
    static async Task Turn(
        HttpClient http, Keys keys, Baskets baskets, Queue<string> orders, Sightings sightings,
        CancellationToken cancel)
    {
        var oldest = orders.Dequeue();
        foreach (var status in moves)
            await Paced(async () =>
            {
                var sentAt = Sightings.Now;
                await Put(http, keys.Admin, $"/v1/orders/{oldest}/status", new { status }, cancel);
                if (seenMoves.Contains(status)) sightings.Add(oldest, status, sentAt);
            }, cancel);
        await Paced(async () =>
        {
            var sentAt = Sightings.Now;
            var placed = await Place(http, keys, baskets, cancel);
            sightings.Add(placed, "placed", sentAt);
            orders.Enqueue(placed);
        }, cancel);
    }

    static async Task Paced(Func<Task> send, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        await send();
        if (pause - watch.Elapsed is { Ticks: > 0 } rest) await Task.Delay(rest, cancel);
    }

    static async Task<string> Place(HttpClient http, Keys keys, Baskets baskets, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/orders")
        {
            Content = new StringContent(baskets.Body(kitchen: 1), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        return (string)(await Send(http, keys.Channels[0], request, cancel))["id"]!;
    }

    static async Task Put(HttpClient http, string key, string path, object body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        await Send(http, key, request, cancel);
    }

    static async Task<JsonNode> Send(
        HttpClient http, string key, HttpRequestMessage request, CancellationToken cancel)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.SendAsync(request, cancel);
        var body = await answer.Content.ReadAsStringAsync(cancel);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{request.RequestUri}: {body}");
        return JsonNode.Parse(body)!;
    }
}

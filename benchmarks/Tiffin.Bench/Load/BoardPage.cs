using Microsoft.Playwright;

namespace Tiffin.Bench.Load;

/// <summary>A board in a browser, which records its own long tasks.</summary>
sealed class BoardPage(IPage page, ICDPSession devTools)
{
    readonly IPage page = page;

    // Both pages run on this machine, so that their times can be subtracted.
    const string RecordScript = """
        window.bench = { longTasks: [], now: () => performance.timeOrigin + performance.now() };
        new PerformanceObserver((list) => {
          for (const { startTime, duration } of list.getEntries()) bench.longTasks.push([startTime, duration]);
        }).observe({ type: "longtask", buffered: true });
        new MutationObserver((_, observer) => {
          if (!document.querySelector("article")) return;
          bench.firstCard = performance.mark("first card").startTime;
          observer.disconnect();
        }).observe(document, { childList: true, subtree: true });
        """;

    // When a card appeared, when its status changed, and when it left: a ready order has no card. A card that only
    // moves is removed and inserted, too.
    const string SightScript = """
        bench.seen = {};
        const see = ({ dataset }, step) => { bench.seen[`${dataset.order} ${step}`] ??= bench.now(); };
        const cardsOf = (nodes) => [...nodes].flatMap((node) => node.nodeType !== Node.ELEMENT_NODE ? []
          : node.matches("article[data-order]") ? [node] : [...node.querySelectorAll("article[data-order]")]);
        new MutationObserver((records) => {
          for (const { type, target, addedNodes, removedNodes } of records) {
            if (type === "attributes" && target.dataset.order) see(target, target.dataset.status);
            for (const card of cardsOf(addedNodes)) see(card, "placed");
            for (const card of cardsOf(removedNodes)) if (!card.isConnected) see(card, "ready");
          }
        }).observe(document, { childList: true, subtree: true, attributeFilter: ["data-status"] });
        """;

    // One of the last cards that has a line to do: the load moves the first ones.
    const string TapScript = """
        (back) => {
          const cards = [...document.querySelectorAll("article[data-order]:not([data-status=placed])")];
          for (const card of cards.reverse().slice(back)) {
            const lines = [...card.querySelectorAll("button.line")];
            const line = lines.findIndex((one) => one.ariaPressed === "false" && !one.disabled);
            if (line >= 0) return [card.dataset.order, String(line)];
          }
          return null;
        }
        """;

    const string WatchScript = """
        ([order, line]) => {
          bench.tapSeen = new Promise((resolve) => {
            const check = () => {
              const lines = document.querySelectorAll(`article[data-order="${order}"] button.line`);
              if (lines[line]?.ariaPressed !== "true") return;
              observer.disconnect();
              resolve(bench.now());
            };
            const observer = new MutationObserver(check);
            observer.observe(document, { childList: true, subtree: true, attributes: true });
            setTimeout(() => resolve(null), 10_000);
          });
        }
        """;

    const string ClickScript = """
        ([order, line]) => {
          document.querySelectorAll(`article[data-order="${order}"] button.line`)[line]?.click();
          return bench.now();
        }
        """;

    public static async Task<BoardPage> Open(
        IBrowser browser, Uri server, string key, string kitchen, int slowDown, int cards)
    {
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = server.ToString(), ViewportSize = new() { Width = 1280, Height = 800 },
        });
        var signedIn = await context.APIRequest.PostAsync("/v1/session", new()
        {
            Headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        });
        if (!signedIn.Ok) throw new InvalidOperationException($"The session was refused: {signedIn.Status}");
        await context.AddInitScriptAsync(RecordScript);
        await context.AddInitScriptAsync(SightScript);
        var page = await context.NewPageAsync();
        var devTools = await context.NewCDPSessionAsync(page);
        await devTools.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = slowDown });
        // In CPU time: the machine has other work.
        await devTools.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" });
        await page.GotoAsync($"/kitchen/{kitchen}");
        await page.WaitForFunctionAsync(
            "(least) => document.querySelectorAll('article[data-order]').length >= least", cards,
            new() { Timeout = 120_000 });
        return new BoardPage(page, devTools);
    }

    /// <summary>Milliseconds since the start of the navigation.</summary>
    public Task<double> FirstCard() => page.EvaluateAsync<double>("bench.firstCard");

    /// <summary>Durations in ms of the tasks that took more than 50 ms, since the start of the page.</summary>
    public Task<double[]> LongTasks() => page.EvaluateAsync<double[]>("bench.longTasks.map(([_, ms]) => ms)");

    public Task ForgetLongTasks() => page.EvaluateAsync("bench.longTasks.length = 0");

    /// <summary>When this board showed an order's step, by the clock of <see cref="Sightings.Now"/>.</summary>
    public Task<Dictionary<string, double>> Seen() => page.EvaluateAsync<Dictionary<string, double>>("bench.seen");

    /// <summary>
    /// Taps a line on this board; returns how long it took until <paramref name="other"/> showed it as done. Null if
    /// there was no line to tap, or it was not seen.
    /// </summary>
    public async Task<TimeSpan?> Tap(BoardPage other, int back)
    {
        if (await page.EvaluateAsync<string[]?>(TapScript, back) is not { } line) return null;
        await other.page.EvaluateAsync(WatchScript, line);
        var tapped = await page.EvaluateAsync<double>(ClickScript, line);
        var seen = await other.page.EvaluateAsync<double?>("bench.tapSeen");
        return seen is { } time ? TimeSpan.FromMilliseconds(time - tapped) : null;
    }

    /// <summary>CPU time that the page's main thread has taken, in seconds.</summary>
    public async Task<double> Cpu()
    {
        var metrics = (await devTools.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics");
        return metrics.EnumerateArray()
            .First(metric => metric.GetProperty("name").GetString() == "TaskDuration").GetProperty("value").GetDouble();
    }

    public async Task Close()
    {
        await devTools.DetachAsync();
        await page.Context.CloseAsync();
    }
}

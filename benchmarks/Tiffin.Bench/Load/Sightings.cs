using System.Collections.Concurrent;
using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Load;

/// <summary>How long it takes until two boards show a change: from the request to the later of the two.</summary>
sealed class Sightings
{
    static readonly TimeSpan lastOnesShown = TimeSpan.FromSeconds(2);

    readonly ConcurrentQueue<(string Order, string Step, double SentAt)> sent = [];

    /// <summary>The machine's clock, which is also that of the pages, in ms.</summary>
    public static double Now => (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;

    /// <param name="step"><c>placed</c>, or the status that an order was moved to.</param>
    public void Add(string order, string step, double sentAt) => sent.Enqueue((order, step, sentAt));

    public async Task<Dictionary<string, double>> Figures(BoardPage one, BoardPage other, CancellationToken cancel)
    {
        await Task.Delay(lastOnesShown, cancel);
        var (here, there) = (await one.Seen(), await other.Seen());
        var (placed, moved, unseen) = (new LatencyHistogram(), new LatencyHistogram(), 0);
        foreach (var (order, step, sentAt) in sent)
        {
            var change = $"{order} {step}";
            if (here.TryGetValue(change, out var seen) && there.TryGetValue(change, out var seenToo))
            {
                var later = Math.Max(seen, seenToo);
                if (later > sentAt)
                    (step == "placed" ? placed : moved).Record(TimeSpan.FromMilliseconds(later - sentAt));
            }
            // A tap had already started the order, perhaps before these boards were opened.
            else if (step != "preparing") unseen++;
        }
        return new()
        {
            ["placed"] = placed.Count,
            ["placed p50 ms"] = Milliseconds(placed.Percentile(50)),
            ["placed p95 ms"] = Milliseconds(placed.Percentile(95)),
            ["placed max ms"] = Milliseconds(placed.Max),
            ["moved"] = moved.Count,
            ["moved p50 ms"] = Milliseconds(moved.Percentile(50)),
            ["moved p95 ms"] = Milliseconds(moved.Percentile(95)),
            ["moved max ms"] = Milliseconds(moved.Max),
            ["not seen"] = unseen,
        };
    }

    static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);
}

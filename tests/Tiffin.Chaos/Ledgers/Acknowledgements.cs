using System.Diagnostics;

namespace Tiffin.Chaos.Ledgers;

/// <summary>Which node acknowledged an order and when: the basis for measuring unavailability.</summary>
sealed class Acknowledgements(int nodes)
{
    static readonly TimeSpan recoveryPoll = TimeSpan.FromMilliseconds(50);

    readonly Lock adding = new();
    readonly List<(long At, int Node)> all = [];
    readonly long[] lastAskedAt = new long[nodes];

    /// <summary>
    /// Waits until each node has acknowledged an order that was sent after <paramref name="since"/>; false if one has
    /// not within <paramref name="max"/>.
    /// </summary>
    public async Task<bool> OfEveryNode(long since, TimeSpan max, CancellationToken cancel)
    {
        while (!Enumerable.Range(0, nodes).All(node => Volatile.Read(ref lastAskedAt[node]) > since))
        {
            if (Stopwatch.GetElapsedTime(since) >= max) return false;
            await Task.Delay(recoveryPoll, cancel);
        }
        return true;
    }

    public void Add(int node, long askedAt)
    {
        var now = Stopwatch.GetTimestamp();
        lock (adding)
        {
            all.Add((now, node));
            if (askedAt > lastAskedAt[node]) Volatile.Write(ref lastAskedAt[node], askedAt);
        }
    }

    /// <summary>
    /// The longest time without an acknowledged order that overlaps the time from <paramref name="from"/> to
    /// <paramref name="to"/>, for one node or for the whole chain.
    /// </summary>
    public TimeSpan LongestGap(long from, long to, int? node)
    {
        lock (adding)
        {
            var before = from;
            var longest = 0L;
            // Times are taken outside the lock and may be out of order by microseconds.
            for (var i = FirstAt(from); i < all.Count; i++)
            {
                var (at, by) = all[i];
                if (node is { } only && by != only) continue;
                longest = Math.Max(longest, at - before);
                before = at;
                if (at > to) return Stopwatch.GetElapsedTime(0, longest);
            }
            return Stopwatch.GetElapsedTime(0, Math.Max(longest, to - before));
        }
    }

    /// <summary>The same for the node with the longest gap.</summary>
    public TimeSpan LongestGapOfAnyNode(long from, long to) =>
        Enumerable.Range(0, lastAskedAt.Length).Max(node => LongestGap(from, to, node));

    int FirstAt(long from)
    {
        var index = all.BinarySearch((from, int.MinValue));
        return index < 0 ? ~index : index;
    }
}

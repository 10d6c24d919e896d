namespace Tiffin.Bench.OpenLoop;

/// <summary>
/// Outcomes of the requests of a run. Latency counts from the scheduled send time, which avoids coordinated omission: a
/// stall affects all requests due during it. <c>Service</c> counts from the actual send time.
/// </summary>
sealed class Tally
{
    /// <summary>Sent, without a response.</summary>
    public const int Unanswered = 0;

    /// <summary>Gave up waiting for a free connection.</summary>
    public const int Unsent = -1;

    readonly Lock gate = new();
    readonly Dictionary<(string Kind, int Status), (LatencyHistogram Latency, LatencyHistogram Service)> answers = [];
    readonly List<(int Good, int Bad, LatencyHistogram Latency)> seconds = [];

    public int RefusedWithoutRetryAfter { get; private set; }

    public void Record(string kind, int status, TimeSpan due, TimeSpan sent, TimeSpan answered, bool retryAfter = false)
    {
        lock (gate)
        {
            if (!answers.TryGetValue((kind, status), out var both)) answers[(kind, status)] = both = (new(), new());
            both.Latency.Record(answered - due);
            both.Service.Record(answered - sent);
            if (status is 429 or 503 && !retryAfter) RefusedWithoutRetryAfter++;
            var second = (int)due.TotalSeconds;
            while (seconds.Count <= second) seconds.Add((0, 0, new LatencyHistogram()));
            var (good, bad, latency) = seconds[second];
            latency.Record(answered - due);
            seconds[second] = IsGood(status) ? (good + 1, bad, latency) : (good, bad + 1, latency);
        }
    }

    /// <summary>By second of the scheduled send time.</summary>
    public IReadOnlyList<(int Good, int Bad, LatencyHistogram Latency)> Seconds => seconds;

    public static bool IsGood(int status) => status is >= 200 and < 400;

    public LatencyHistogram Latency(Func<int, bool> status) => Merge(status, both => both.Latency);

    public LatencyHistogram Service(Func<int, bool> status) => Merge(status, both => both.Service);

    public Dictionary<string, LatencyHistogram> ByKind()
    {
        lock (gate)
            return answers.GroupBy(answer => answer.Key.Kind).ToDictionary(
                kind => kind.Key, kind => Merged(kind.Select(answer => answer.Value.Latency)));
    }

    /// <summary>Failed requests by status.</summary>
    public Dictionary<string, long> Errors()
    {
        lock (gate)
            return answers.Where(answer => !IsGood(answer.Key.Status)).GroupBy(answer => answer.Key.Status)
                .ToDictionary(status => Name(status.Key), status => status.Sum(answer => answer.Value.Latency.Count));
    }

    static string Name(int status) => status switch
    {
        Unanswered => "unanswered",
        Unsent => "unsent",
        _ => $"{status}",
    };

    LatencyHistogram Merge(
        Func<int, bool> status, Func<(LatencyHistogram Latency, LatencyHistogram Service), LatencyHistogram> which)
    {
        lock (gate)
            return Merged(answers.Where(answer => status(answer.Key.Status)).Select(answer => which(answer.Value)));
    }

    static LatencyHistogram Merged(IEnumerable<LatencyHistogram> parts)
    {
        var sum = new LatencyHistogram();
        foreach (var part in parts) sum.Add(part);
        return sum;
    }
}

using System.Diagnostics;
using Tiffin.Chaos.Checks;
using Tiffin.Chaos.Clients;
using Tiffin.Chaos.Faults;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Reports;

/// <summary>The results of a run; written as JSON and shown as tables.</summary>
sealed record Report(
    int Seed, int Nodes, int Clients, IReadOnlyDictionary<string, long> Acknowledged,
    IReadOnlyDictionary<string, int> Promises, IReadOnlyDictionary<string, string> Impossible,
    IReadOnlyList<Violation> Violations)
{
    public double FaultMinutes { get; init; }

    public IReadOnlyList<KindReport> Kinds { get; init; } = [];

    /// <summary>All responses, including those of single attempts.</summary>
    public IReadOnlyDictionary<string, long> Answers { get; init; } = new Dictionary<string, long>();

    /// <summary>The reconnects of the event readers.</summary>
    public int Reconnects { get; init; }

    public static Report Of(
        ChaosPlan plan, IFaultSource faults, Ledger ledger, Evidence evidence, int historyLength,
        IReadOnlyList<Violation> violations)
    {
        var done = ledger.Orders.Where(order => order.Outcome == Outcome.Done).ToList();
        var moves = done.SelectMany(order => order.Acknowledged).ToList();
        var acknowledged = new Dictionary<string, long>
        {
            ["orders placed"] = done.Count,
            ["orders refused"] = ledger.Orders.Count(order => order.Outcome == Outcome.Refused),
            ["moves"] = moves.Count(status => status != "cancelled"),
            ["cancellations"] = moves.Count(status => status == "cancelled"),
            ["stock movements"] = ledger.Movements.Count(movement => movement.Outcome == Outcome.Done),
            ["keys repeated, byte-equal"] = ledger.Replays - ledger.DifferentReplays.Count,
            ["operations in the linearizable history"] = historyLength,
            ["stock levels compared"] = evidence.Levels.Count,
            ["events, gap-free"] = evidence.Events.Count,
            ["events received by readers"] = evidence.Readings.Sum(reading => reading.Events.Count),
        };
        return new Report(
            plan.Seed, plan.Nodes, plan.Clients, acknowledged,
            Enum.GetValues<ViolationKind>().ToDictionary(
                kind => $"{kind}", kind => violations.Count(violation => violation.Kind == kind)),
            faults.Impossible, violations);
    }
}

/// <summary>The effect of one kind of fault. Times are in seconds.</summary>
/// <param name="Chain">The longest time in which no node acknowledged an order, per fault.</param>
/// <param name="Node">
/// The longest time in which the affected node acknowledged none; the worst node when all were affected.
/// </param>
/// <param name="RedShare">
/// Share of "not ready" responses among the readiness checks of the affected nodes while the fault lasted.
/// </param>
/// <param name="NoAnswerShare">
/// Share of those checks without a response within 2 s: dead or frozen processes.
/// </param>
sealed record KindReport(
    string Kind, int Count, Spread Lasted, Spread Chain, Spread Node, double RedShare, double NoAnswerShare,
    double ReadinessMax)
{
    public static IReadOnlyList<KindReport> Of(
        IFaultSource source, Acknowledgements acknowledgements, ReadinessWatch readiness) =>
        [.. source.Faults.GroupBy(fault => fault.Kind).OrderBy(kind => kind.Key)
            .Select(kind => Of([.. kind], acknowledgements, readiness))];

    static KindReport Of(FaultRecord[] faults, Acknowledgements acknowledgements, ReadinessWatch readiness)
    {
        var looks = faults.SelectMany(fault => readiness.Between(fault.Began, fault.Healed, fault.Node)).ToList();
        var answered = looks.Where(look => look.Status is not null).ToList();
        return new KindReport(
            faults[0].Kind, faults.Length,
            Spread.Of(faults.Select(fault => Stopwatch.GetElapsedTime(fault.Began, fault.Healed))),
            Spread.Of(faults.Select(fault => acknowledgements.LongestGap(fault.Began, fault.Recovered, null))),
            Spread.Of(faults.Select(fault => fault.Node is { } node
                ? acknowledgements.LongestGap(fault.Began, fault.Recovered, node)
                : acknowledgements.LongestGapOfAnyNode(fault.Began, fault.Recovered))),
            Share(looks.Count(look => look is { Status: not null, IsGreen: false }), looks.Count),
            Share(looks.Count(look => look.Status is null), looks.Count),
            Math.Round(answered.Select(look => look.Took.TotalSeconds).DefaultIfEmpty().Max(), 2));
    }

    static double Share(int part, int whole) => whole == 0 ? 0 : Math.Round((double)part / whole, 2);
}

/// <summary>Percentiles of times, in seconds.</summary>
sealed record Spread(double P50, double P95, double Max)
{
    public static Spread Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalSeconds).Order().ToArray();
        return sorted.Length == 0 ? new(0, 0, 0) : new(At(sorted, 0.5), At(sorted, 0.95), At(sorted, 1));
    }

    /// <summary>The nearest rank, which is always a measured value.</summary>
    static double At(double[] sorted, double share) =>
        Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)], 1);
}

using Tiffin.Chaos.Faults;

namespace Tiffin.Chaos;

/// <summary>
/// What a run does. The seed decides the order of the faults, their lengths and targets, and what the clients ask for;
/// what the machine makes of it is not repeatable to the millisecond.
/// </summary>
sealed record ChaosPlan
{
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Each kind this often, instead of a time.</summary>
    public int? Rounds { get; init; }

    public int Seed { get; init; } = 1;

    public int Nodes { get; init; } = 2;

    public int Clients { get; init; } = 16;

    /// <summary>Orders a second that all clients together place while nothing is broken.</summary>
    public double Rate { get; init; } = 60;

    /// <summary>Faults of at most two seconds and short gaps, for a look that takes half a minute.</summary>
    public bool IsBrief { get; init; }

    public IReadOnlyList<FaultKind> Kinds { get; init; } = Enum.GetValues<FaultKind>();

    public string? ReportFile { get; init; }
}

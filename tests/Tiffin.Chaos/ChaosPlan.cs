using Tiffin.Chaos.Faults;

namespace Tiffin.Chaos;

/// <summary>
/// The parameters of a run. The seed determines the order, length and target of the faults, and the clients' requests;
/// the timing of a run is not reproducible to the millisecond.
/// </summary>
sealed record ChaosPlan
{
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Number of faults of each kind; replaces the time limit.</summary>
    public int? Rounds { get; init; }

    public int Seed { get; init; } = 1;

    public int Nodes { get; init; } = 2;

    public int Clients { get; init; } = 16;

    /// <summary>Orders per second of all clients together while no fault is active.</summary>
    public double Rate { get; init; } = 60;

    /// <summary>Faults of at most two seconds with short gaps, for a check that takes half a minute.</summary>
    public bool IsBrief { get; init; }

    public IReadOnlyList<FaultKind> Kinds { get; init; } = Enum.GetValues<FaultKind>();

    public string? ReportFile { get; init; }
}

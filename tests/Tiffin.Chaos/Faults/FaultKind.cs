namespace Tiffin.Chaos.Faults;

/// <summary>The injected faults. The command line and the report use these names in kebab-case.</summary>
enum FaultKind
{
    /// <summary>kill -9 of a node, which is started again.</summary>
    Kill,

    /// <summary>SIGSTOP of a node, later SIGCONT.</summary>
    Stop,

    /// <summary>kill -9 of all children of the postmaster, which recovers by itself.</summary>
    DatabaseCrash,

    /// <summary>Immediate stop of PostgreSQL, and a restart.</summary>
    DatabaseRestart,

    /// <summary>RST on all database connections of a node.</summary>
    Reset,

    /// <summary>Nothing passes between a node and the database, in one direction or both.</summary>
    Blackhole,

    /// <summary>Nothing passes on the connection of a node's writer.</summary>
    WriterLoss,

    /// <summary>Each write on a node's database connections takes longer.</summary>
    Delay,

    /// <summary>A node's database connections carry a few KiB a second, packet by packet.</summary>
    Throttle,

    /// <summary>The file system of the tables has no page left.</summary>
    DiskFull,

    /// <summary>The wall clock of a node jumps by 15 minutes, and back.</summary>
    ClockSkew,
}

/// <summary>A fault that was injected. Times are those of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
/// <param name="Node">The index of the affected node; null when all were affected.</param>
/// <param name="Recovered">When each node had acknowledged an order again, or when the wait for it ended.</param>
sealed record FaultRecord(
    string Kind, int? Node, string Detail, long Began, long Healed, long Recovered, bool HasRecovered);

/// <summary>Injects faults one after the other and records them.</summary>
interface IFaultSource
{
    IReadOnlyList<FaultRecord> Faults { get; }

    /// <summary>Kinds that cannot happen on this machine, and why.</summary>
    IReadOnlyDictionary<string, string> Impossible { get; }

    Task Run(Action<string> say, CancellationToken cancel);
}

static class FaultNames
{
    public static string Name(this FaultKind kind) => Kebab($"{kind}");

    public static string Kebab(string name) => string.Concat(name.Select((letter, i) =>
        char.IsUpper(letter) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(letter) : $"{letter}"));

    public static FaultKind Parse(string name) =>
        Enum.GetValues<FaultKind>().Where(kind => kind.Name() == name).Select(kind => (FaultKind?)kind)
            .FirstOrDefault()
        ?? throw new ArgumentException(
            $"'{name}' is no fault. There are: {string.Join(", ", Enum.GetValues<FaultKind>().Select(Name))}.");
}

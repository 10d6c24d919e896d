namespace Tiffin.Chaos.Checks;

/// <summary>An order as the API lists it when all is over.</summary>
sealed record SeenOrder(
    Guid Id, string Key, string Status, int Version, byte[] ContentHash, IReadOnlyList<string> Timeline);

/// <summary>An event of the log as the API answers it when all is over.</summary>
/// <param name="Changes">What it did to levels.</param>
sealed record SeenEvent(
    long Position, Guid Id, Guid? OrderId, int? Sequence,
    IReadOnlyList<(string Kitchen, string Sku, long Delta)> Changes);

/// <summary>What a reader received while the run went on.</summary>
sealed record Reading(string Reader, IReadOnlyList<(long Position, Guid Id)> Events);

/// <summary>All that the checker goes by besides the ledgers; everything comes from the API.</summary>
sealed record Evidence(
    IReadOnlyList<SeenOrder> Orders, IReadOnlyList<SeenEvent> Events,
    IReadOnlyDictionary<(string Kitchen, string Sku), long> Levels, IReadOnlyList<Reading> Readings);

enum ViolationKind
{
    /// <summary>An acknowledged order is not there.</summary>
    Lost,

    /// <summary>A key made more than one order.</summary>
    Doubled,

    /// <summary>An acknowledged order has another content now.</summary>
    Altered,

    /// <summary>An order is there whose key was refused, or of which no client knows.</summary>
    Unasked,

    /// <summary>An acknowledged move is missing, or an order is where it was not asked to be.</summary>
    Misplaced,

    /// <summary>A level is not what the ledgers say.</summary>
    Drifted,

    /// <summary>A level was below zero.</summary>
    Oversold,

    /// <summary>A position of the log, or a number of an order's sequence, is missing or out of order.</summary>
    Gap,

    /// <summary>A reader received something else than the log has.</summary>
    Misread,

    /// <summary>A repeated key was answered with other bytes.</summary>
    ReplayDiffers,

    NotLinearizable,

    /// <summary>An answer that no fault excuses, such as 401 or 500.</summary>
    Unexpected,

    /// <summary>A key had no final answer even after everything was healed.</summary>
    Unresolved,

    /// <summary>A node acknowledged no order long after a fault was healed.</summary>
    NotRecovered,

    /// <summary><c>tiffin verify</c> found a difference.</summary>
    NotVerified,
}

sealed record Violation(ViolationKind Kind, string Detail);

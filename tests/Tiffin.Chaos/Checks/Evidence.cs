namespace Tiffin.Chaos.Checks;

/// <summary>An order as the API lists it after the run.</summary>
sealed record SeenOrder(
    Guid Id, string Key, string Status, int Version, byte[] ContentHash, IReadOnlyList<string> Timeline);

/// <summary>An event of the log as the API returns it after the run.</summary>
/// <param name="Changes">Its changes to stock levels.</param>
sealed record SeenEvent(
    long Position, Guid Id, Guid? OrderId, int? Sequence,
    IReadOnlyList<(string Kitchen, string Sku, long Delta)> Changes);

/// <summary>The events that a reader received during the run.</summary>
sealed record Reading(string Reader, IReadOnlyList<(long Position, Guid Id)> Events);

/// <summary>Everything that the checker uses besides the ledgers; all of it comes from the API.</summary>
sealed record Evidence(
    IReadOnlyList<SeenOrder> Orders, IReadOnlyList<SeenEvent> Events,
    IReadOnlyDictionary<(string Kitchen, string Sku), long> Levels, IReadOnlyList<Reading> Readings);

enum ViolationKind
{
    /// <summary>An acknowledged order is missing.</summary>
    Lost,

    /// <summary>An idempotency key created more than one order.</summary>
    Doubled,

    /// <summary>The content of an acknowledged order has changed.</summary>
    Altered,

    /// <summary>An order exists whose key was refused, or which no client placed.</summary>
    Unasked,

    /// <summary>An acknowledged move is missing, or an order has a status that no client requested.</summary>
    Misplaced,

    /// <summary>A level differs from the ledgers.</summary>
    Drifted,

    /// <summary>A level was below zero.</summary>
    Oversold,

    /// <summary>A position of the log, or a number of an order's sequence, is missing or out of order.</summary>
    Gap,

    /// <summary>A reader received another event at a position than the log contains there.</summary>
    Misread,

    /// <summary>The replay of a key differed from the first response.</summary>
    ReplayDiffers,

    NotLinearizable,

    /// <summary>A response that no fault explains, such as 401 or 500.</summary>
    Unexpected,

    /// <summary>A key had no final response even after all faults were healed.</summary>
    Unresolved,

    /// <summary>A node acknowledged no order long after a fault was healed.</summary>
    NotRecovered,

    /// <summary><c>tiffin verify</c> found a difference.</summary>
    NotVerified,
}

sealed record Violation(ViolationKind Kind, string Detail);

using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain;

/// <summary>
/// The decision on a command. Only <see cref="Accepted"/> and <see cref="RefusedWithEvent"/> change state.
/// </summary>
public abstract record Decision
{
    Decision() { }

    /// <summary>
    /// The events are appended to the log in this order. <paramref name="Request"/>, if any, is stored with the
    /// outcome.
    /// </summary>
    public sealed record Accepted(IReadOnlyList<DomainEvent> Events, Result Result, IdempotentRequest? Request = null)
        : Decision;

    /// <summary>The requested state is already in place.</summary>
    public sealed record Unchanged(Result Result) : Decision;

    /// <summary>The idempotency key was used before by the same request: return the first outcome.</summary>
    public sealed record Replayed(RequestKey Key) : Decision;

    /// <summary>The command is rejected for a reason; nothing changes.</summary>
    public sealed record Refused(Refusal Reason) : Decision;

    /// <summary>
    /// The command is rejected, and the attempt is counted by an event that is not published. The count may be lost or
    /// doubled if the connection to the database breaks.
    /// </summary>
    public sealed record RefusedWithEvent(Refusal Reason, DomainEvent Event) : Decision;
}

/// <summary>What an accepted or repeated command returns to its caller.</summary>
public abstract record Result
{
    Result() { }

    public sealed record OfOrder(Guid Id) : Result;

    public sealed record OfLevel(StockKey Key) : Result;

    public sealed record OfLevels(IReadOnlyList<StockKey> Keys) : Result;

    public sealed record OfEntry(CatalogueEntry Entry) : Result;

    public sealed record None : Result;
}

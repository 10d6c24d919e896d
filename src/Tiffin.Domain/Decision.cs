using Tiffin.Domain.Inventory;

namespace Tiffin.Domain;

/// <summary>The decision on a command. Only <see cref="Accepted"/> changes state.</summary>
public abstract record Decision
{
    Decision() { }

    /// <summary>
    /// The events are appended to the log in this order. <paramref name="Key"/> is stored with the outcome.
    /// </summary>
    public sealed record Accepted(IReadOnlyList<DomainEvent> Events, Topic Topic, RequestKey? Key = null)
        : Decision;

    /// <summary>The requested state is already in place.</summary>
    public sealed record Unchanged(Topic Topic) : Decision;

    /// <summary>The idempotency key was used before by the same request: return the first outcome.</summary>
    public sealed record Replayed(RequestKey Key) : Decision;

    /// <summary>The command is rejected for a reason; nothing changes.</summary>
    public sealed record Refused(Refusal Reason) : Decision;
}

/// <summary>The object whose state is returned to the caller.</summary>
public abstract record Topic
{
    Topic() { }

    public sealed record OfOrder(Guid Id) : Topic;

    public sealed record OfLevel(StockKey Key) : Topic;

    public sealed record OfLevels(IReadOnlyList<StockKey> Keys) : Topic;

    /// <summary>A catalogue entry: a kitchen, brand, ingredient or item.</summary>
    public sealed record OfCatalogue(object Entry) : Topic;

    public sealed record OfWebhook(Guid Id) : Topic;
}

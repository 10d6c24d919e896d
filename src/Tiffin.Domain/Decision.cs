using Tiffin.Domain.Inventory;

namespace Tiffin.Domain;

/// <summary>What becomes of a command. Only <see cref="Accepted"/> changes anything.</summary>
public abstract record Decision
{
    Decision() { }

    /// <summary>
    /// Happens: the events are logged in this order. <paramref name="Key"/> is remembered with the answer.
    /// </summary>
    public sealed record Accepted(IReadOnlyList<DomainEvent> Events, Topic Topic, RequestKey? Key = null)
        : Decision;

    /// <summary>Is so already.</summary>
    public sealed record Unchanged(Topic Topic) : Decision;

    /// <summary>Was answered before under this key: the first answer, byte for byte.</summary>
    public sealed record Replayed(RequestKey Key) : Decision;

    /// <summary>Changes nothing, and says why.</summary>
    public sealed record Refused(Refusal Reason) : Decision;
}

/// <summary>What the answer tells the state of.</summary>
public abstract record Topic
{
    Topic() { }

    public sealed record OfOrder(Guid Id) : Topic;

    public sealed record OfLevel(StockKey Key) : Topic;

    public sealed record OfLevels(IReadOnlyList<StockKey> Keys) : Topic;

    /// <summary>An entry of the catalogue, of its own type.</summary>
    public sealed record OfCatalogue(object Entry) : Topic;

    public sealed record OfWebhook(Guid Id) : Topic;
}

using Tiffin.Domain.Inventory;

namespace Tiffin.Domain;

/// <summary>The result of an accepted command.</summary>
public abstract record DomainEvent
{
    /// <summary>Its type in the log; null for an event that is not published.</summary>
    public abstract EventType? Type { get; }

    public virtual IReadOnlyList<Movement> Movements => [];

    /// <summary>The stocks that it changes.</summary>
    public virtual IEnumerable<StockKey> Stocks => Movements.Select(movement => movement.Stock);

    /// <summary>Changes the working set, after the movements are applied.</summary>
    protected internal virtual void Apply(Workset workset) { }
}

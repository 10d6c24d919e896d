using Tiffin.Domain.Inventory;

namespace Tiffin.Domain;

/// <summary>A fact for the log. <see cref="Movements"/> are the changes of stock that happened with it.</summary>
public abstract record DomainEvent
{
    public virtual IReadOnlyList<Movement> Movements => [];
}

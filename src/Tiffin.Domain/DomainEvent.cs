using Tiffin.Domain.Inventory;

namespace Tiffin.Domain;

/// <summary>The result of an accepted command. <see cref="Movements"/> are its stock changes.</summary>
public abstract record DomainEvent
{
    public virtual IReadOnlyList<Movement> Movements => [];
}

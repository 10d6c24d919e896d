using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// A command that changes one order, if the caller may see it and accepts its version. The checks are made here, before
/// those of the command, so that no command can omit them.
/// </summary>
/// <param name="IfVersion">The versions that the caller accepts; null for any.</param>
public abstract record OrderCommand(Guid OrderId, IfVersion? IfVersion) : Command
{
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.Orders.Add(OrderId);

    public sealed override Decision Decide(Workset workset)
    {
        if (workset.OrderFor(Caller, OrderId) is not { } order) return Refuse(RefusalForHidden(workset));
        return IfVersion?.Matches(order.Version) == false
            ? Refuse(new Refusal.StaleVersion(order.Version))
            : DecideOn(workset, order);
    }

    /// <summary>The decision on an order that the caller sees.</summary>
    protected internal abstract Decision DecideOn(Workset workset, Order order);

    /// <summary>Why the caller cannot change an order that they do not see.</summary>
    protected virtual Refusal RefusalForHidden(Workset workset) => new Refusal.OrderNotFound();

    protected Decision.Accepted Accept(params IReadOnlyList<DomainEvent> events) =>
        new(events, new Result.OfOrder(OrderId));

    protected Decision.Unchanged Unchanged() => new(new Result.OfOrder(OrderId));
}

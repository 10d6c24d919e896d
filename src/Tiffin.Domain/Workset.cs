using System.Collections.Immutable;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain;

/// <summary>
/// The rows that a batch of commands named, as they stand after the commands decided so far. Decisions read it;
/// only <see cref="Apply"/> changes it, and only by events, so a refused command leaves no trace.
/// </summary>
public sealed class Workset(DateTimeOffset now, CatalogueSnapshot catalogue)
{
    public DateTimeOffset Now { get; } = now;
    public CatalogueSnapshot Catalogue { get; private set; } = catalogue;

    public Dictionary<StockKey, Stock> Stocks { get; } = [];
    public Dictionary<Guid, Order> Orders { get; } = [];

    /// <summary>The fingerprints of the requests that were answered before.</summary>
    public Dictionary<RequestKey, Guid> Requests { get; } = [];

    /// <summary>The orders that have a reference, oldest first: one, and those that were cancelled before it.</summary>
    public Dictionary<ExternalReference, ImmutableSortedSet<Guid>> References { get; } = [];

    /// <summary>
    /// The orders that are open of the customers whose number of them matters; those of a day, beyond which an order is
    /// forgotten rather than open.
    /// </summary>
    public Dictionary<CustomerOf, HashSet<Guid>> OpenOrders { get; } = [];

    /// <summary>The last number that was given out, per kitchen and business day.</summary>
    public Dictionary<KitchenDay, int> Numbers { get; } = [];

    /// <summary>The stock of an ingredient in a kitchen; none of it where no row exists yet.</summary>
    public Stock StockOf(StockKey key) => Stocks.TryGetValue(key, out var stock) ? stock : Stock.None(key, Now);

    /// <summary>An order that a caller may know of.</summary>
    public Order? OrderFor(Caller caller, Guid id) =>
        Orders.TryGetValue(id, out var order) && caller.Sees(order, Catalogue.KitchenOf(order.Kitchen)!.Id)
            ? order
            : null;

    public void Apply(Decision.Accepted decision, Guid? fingerprint)
    {
        if (decision.Key is { } key) Requests[key] = fingerprint!.Value;
        foreach (var happened in decision.Events) Apply(happened);
    }

    /// <summary>Notes that an order has a reference.</summary>
    public void Refer(ExternalReference reference, Guid order) =>
        References[reference] = References.GetValueOrDefault(reference, []).Add(order);

    HashSet<Guid>? OpenOrdersLike(Order order) => OpenOrders.Count > 0 && order.CustomerId is { } customer
        ? OpenOrders.GetValueOrDefault(new CustomerOf(order.Channel, customer))
        : null;

    void Apply(DomainEvent happened)
    {
        foreach (var movement in happened.Movements)
        {
            Stocks[movement.Stock] = StockOf(movement.Stock).Evolve(movement);
        }
        switch (happened)
        {
            case OrderPlaced placed:
                Orders[placed.Order.Id] = placed.Order;
                Numbers[new KitchenDay(placed.Order.Kitchen, placed.Order.Day)] = placed.Order.Number;
                OpenOrdersLike(placed.Order)?.Add(placed.Order.Id);
                if (placed.Order.Reference is { } reference) Refer(reference, placed.Order.Id);
                break;
            case OrderMoved moved:
                var order = Orders[moved.OrderId] = Orders[moved.OrderId].Evolve(moved);
                if (!order.IsOpen) OpenOrdersLike(order)?.Remove(order.Id);
                break;
            case StockLevelled levelled:
                Stocks[levelled.Stock] = StockOf(levelled.Stock).Evolve(levelled);
                break;
            case ThresholdSet set:
                Stocks[set.Stock] = StockOf(set.Stock) with { Threshold = set.Threshold };
                break;
            case CatalogueChanged changed:
                Catalogue = Catalogue.Evolve(changed);
                break;
        }
    }
}

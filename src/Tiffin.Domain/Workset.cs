using System.Collections.Immutable;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain;

/// <summary>
/// The working set of a batch: the rows that its commands declared, with the effects of the commands decided so far.
/// Decisions only read it; <see cref="Apply"/> changes it only by events, so a rejected command has no effect.
/// </summary>
public sealed class Workset(DateTimeOffset now, CatalogueSnapshot catalogue)
{
    public DateTimeOffset Now { get; } = now;
    public CatalogueSnapshot Catalogue { get; private set; } = catalogue;

    public Dictionary<StockKey, Stock> Stocks { get; } = [];
    public Dictionary<Guid, Order> Orders { get; } = [];

    /// <summary>Fingerprints of the requests with known idempotency keys.</summary>
    public Dictionary<RequestKey, Guid> Requests { get; } = [];

    /// <summary>Orders by reference, oldest first; all but the last are cancelled.</summary>
    public Dictionary<ExternalReference, ImmutableSortedSet<Guid>> References { get; } = [];

    /// <summary>
    /// The open orders of customers whose number of open orders is limited. Only orders of the last day: an older one
    /// was probably never closed and does not count.
    /// </summary>
    public Dictionary<CustomerKey, HashSet<Guid>> OpenOrders { get; } = [];

    /// <summary>
    /// The minutes of work that the kitchens with a queue have not started (<see cref="KitchenQueue"/>).
    /// </summary>
    public Dictionary<int, long> Queues { get; } = [];

    /// <summary>The last order number assigned, per kitchen and business day.</summary>
    public Dictionary<KitchenDay, int> Numbers { get; } = [];

    /// <summary>The stock of an ingredient in a kitchen; zero if it has no row yet.</summary>
    public Stock StockOf(StockKey key) => Stocks.TryGetValue(key, out var stock) ? stock : Stock.None(key, Now);

    /// <summary>The order, or null if it does not exist or the caller may not see it.</summary>
    public Order? OrderFor(Caller caller, Guid id) =>
        Orders.TryGetValue(id, out var order) && caller.Sees(order, Catalogue.KitchenOf(order.Kitchen)!.Id)
            ? order
            : null;

    public void Apply(Decision.Accepted decision)
    {
        if (decision.Request is { } request) Requests[request.Key] = request.Fingerprint;
        foreach (var domainEvent in decision.Events) Apply(domainEvent);
    }

    public void Apply(DomainEvent domainEvent)
    {
        foreach (var movement in domainEvent.Movements)
            Stocks[movement.Stock] = StockOf(movement.Stock).Evolve(movement);
        domainEvent.Apply(this);
    }

    /// <summary>Adds an order to its reference.</summary>
    public void AddReference(ExternalReference reference, Guid order) =>
        References[reference] = References.GetValueOrDefault(reference, []).Add(order);

    // Ignores kitchens whose queue was not declared.
    internal void AddQueuedMinutes(int kitchen, int minutes)
    {
        if (minutes != 0 && Queues.TryGetValue(kitchen, out var queued))
            Queues[kitchen] = Math.Max(0, queued + minutes);
    }

    internal void Apply(CatalogueChanged changed) => Catalogue = Catalogue.Evolve(changed);

    /// <summary>The open orders of the order's customer, if their number is limited.</summary>
    internal HashSet<Guid>? OpenOrdersOfSameCustomer(Order order) =>
        OpenOrders.Count > 0 && order.CustomerId is { } customer
        ? OpenOrders.GetValueOrDefault(new CustomerKey(order.Channel, customer))
        : null;
}

using System.Collections.Immutable;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests;

/// <summary>
/// Replaces the database. A batch sees only the rows that its commands declared, as in production, so that a row
/// that a command fails to declare is missing here too.
/// </summary>
sealed class Rows
{
    readonly Dictionary<StockKey, Stock> stocks = [];
    readonly Dictionary<Guid, Order> orders = [];
    readonly Dictionary<RequestKey, Guid> requests = [];
    readonly Dictionary<ExternalReference, ImmutableSortedSet<Guid>> references = [];
    readonly Dictionary<KitchenDay, int> numbers = [];

    public CatalogueSnapshot Catalogue { get; private set; } = CatalogueSnapshot.Empty;

    public IReadOnlyDictionary<StockKey, Stock> Stocks => stocks;
    public IReadOnlyDictionary<Guid, Order> Orders => orders;

    /// <summary>Decides one batch; returns each command's decision and its description.</summary>
    public List<(Decision Decision, string Answer)> Run(IReadOnlyList<Command> batch, DateTimeOffset now)
    {
        var workset = Load(batch, now);
        var results = new List<(Decision, string)>(batch.Count);
        foreach (var command in batch)
        {
            var decision = command.Check() is { Count: > 0 } faults
                ? new Decision.Refused(new Refusal.Invalid(faults))
                : command.Decide(workset);
            if (decision is Decision.Accepted accepted)
                workset.Apply(accepted);
            if (decision is Decision.RefusedWithEvent counted) workset.Apply(counted.Event);
            results.Add((decision, Answer.Of(decision, workset.Catalogue)));
        }
        Save(workset);
        return results;
    }

    Workset Load(IReadOnlyList<Command> batch, DateTimeOffset now)
    {
        var named = new ReadSet();
        foreach (var command in batch) command.DeclareReads(named, Catalogue);
        var workset = new Workset(now, Catalogue);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        Copy(requests, workset.Requests, named.Requests.Contains);
        Copy(references, workset.References, named.References.Contains);
        Copy(numbers, workset.Numbers, key => named.NumberDays.Contains(key) || (named.Numbers.Contains(key.Kitchen)
            && key.Day >= today.AddDays(-1) && key.Day <= today.AddDays(1)));
        foreach (var customer in named.Customers)
            workset.OpenOrders[customer] = [.. orders.Values.Where(order => order.IsOpen
                && order.CustomerId == customer.CustomerId && order.Channel == customer.Channel).Select(o => o.Id)];
        foreach (var kitchen in named.Queues)
            workset.Queues[kitchen] = orders.Values.Where(one => one.IsOpen && one.Kitchen == kitchen)
                .Sum(one => one.QueuedMinutes);
        // Orders found by an external reference are loaded as well.
        var referred = workset.References.Values.SelectMany(ids => ids).ToHashSet();
        Copy(orders, workset.Orders, id =>
            named.Orders.Contains(id) || named.OrdersWithStock.Contains(id) || referred.Contains(id));
        foreach (var order in named.OrdersWithStock.Where(orders.ContainsKey).Select(id => orders[id]))
            named.Stocks.UnionWith(order.Needs.Select(need => new StockKey(order.Kitchen, need.Ingredient)));
        Copy(stocks, workset.Stocks, named.Stocks.Contains);
        return workset;
    }

    void Save(Workset workset)
    {
        Catalogue = workset.Catalogue;
        Copy(workset.Stocks, stocks, _ => true);
        Copy(workset.Orders, orders, _ => true);
        Copy(workset.Requests, requests, _ => true);
        Copy(workset.References, references, _ => true);
        Copy(workset.Numbers, numbers, _ => true);
    }

    static void Copy<TKey, TValue>(Dictionary<TKey, TValue> from, Dictionary<TKey, TValue> to, Func<TKey, bool> picks)
        where TKey : notnull
    {
        foreach (var (key, value) in from)
        {
            if (picks(key)) to[key] = value;
        }
    }
}

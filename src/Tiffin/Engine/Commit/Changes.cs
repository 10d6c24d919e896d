using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Engine.Commit;

/// <summary>Collects the changes of a batch per table, so that each table is written by one statement.</summary>
sealed class Changes(Prefetch prefetch)
{
    readonly List<StoredEvent> events = [];
    readonly Dictionary<Guid, OrderRow> orders = [];
    readonly HashSet<StockRowKey> stockRows = [];
    readonly Dictionary<KitchenDay, int> numbers = [];
    readonly List<RequestRow> requests = [];
    readonly List<CatalogueEntry> entries = [];

    Workset Workset => prefetch.Workset;

    public IReadOnlyList<StoredEvent> Events => events;

    /// <summary>The first event; its presence in the log proves that this batch was committed.</summary>
    public StoredEvent? First => events.Count > 0 ? events[0] : null;

    public long LastPosition => prefetch.LastPosition + events.Count;

    /// <summary>
    /// Whether there is something to write. Without <see cref="First"/>, it is only the count of wrong codes.
    /// </summary>
    public bool HasWrites => First is not null || orders.Count > 0;

    public bool ChangesCatalogue => entries.Count > 0;

    public long CatalogueVersion => Workset.Catalogue.Version + (ChangesCatalogue ? 1 : 0);

    /// <summary>Identifies this version: after a failover that lost it, its number can be assigned again.</summary>
    public Guid CatalogueId { get; } = Guid.NewGuid();

    /// <summary>Adds an event. Call it after the working set has applied the events of the command.</summary>
    public void Add(DomainEvent domainEvent, Caller by, string? traceparent = null)
    {
        var position = LastPosition + 1;
        var document = domainEvent switch
        {
            OrderPlaced placed => Place(placed, by),
            OrderChanged changed => Change(changed, by),
            WrongCodeEntered tried => CountAttempt(tried),
            _ => null,
        };
        if (domainEvent is CatalogueChanged { Entry: var entry }) entries.Add(entry);
        foreach (var stock in domainEvent.Stocks) stockRows.Add(StockRowKey.Of(stock));
        if (EventJson.Row(domainEvent, position, Workset.Now, document, Workset.Catalogue) is not { } row) return;
        events.Add(traceparent is null ? row : row with { Traceparent = traceparent });
        if (document is not null) orders[document.Order.Id].Positions.Add(position);
    }

    /// <summary>Stores the outcome of an idempotency key: the order, or the response as JSON.</summary>
    public void Add(IdempotentRequest request, Order? order, byte[]? answer)
    {
        var row = new RequestRow(request.Key, request.Fingerprint, order?.Id, order?.Version, answer)
        {
            At = Workset.Now,
        };
        requests.Add(row);
        prefetch.Requests[request.Key] = row;
    }

    OrderDocument Place(OrderPlaced placed, Caller by)
    {
        var document = WithDueAt(OrderJson.Document(placed, Workset.Catalogue.KitchenOf(placed.Order.Kitchen)!.Id, by));
        numbers[new KitchenDay(placed.Order.Kitchen, placed.Order.Day)] = placed.Order.Number;
        orders[placed.Order.Id] = new OrderRow(document, isNew: true);
        return prefetch.Documents[placed.Order.Id] = document;
    }

    OrderDocument Change(OrderChanged changed, Caller by)
    {
        var row = RowOf(changed.OrderId);
        return row.Document = prefetch.Documents[changed.OrderId] = WithDueAt(row.Document.Evolve(changed, by));
    }

    OrderDocument CountAttempt(WrongCodeEntered tried)
    {
        var row = RowOf(tried.OrderId);
        return row.Document = prefetch.Documents[tried.OrderId] =
            row.Document with { Order = tried.Evolve(row.Document.Order) };
    }

    OrderRow RowOf(Guid orderId)
    {
        if (!orders.TryGetValue(orderId, out var row))
            orders[orderId] = row = new OrderRow(prefetch.Documents[orderId], isNew: false);
        return row;
    }

    OrderDocument WithDueAt(OrderDocument document) => document with
    {
        DueAt = OrderTimers.Next(document.Order, Workset.Catalogue.KitchenOf(document.Order.Kitchen)!),
    };

    /// <summary>The statements of the second round trip, COMMIT last.</summary>
    public IEnumerable<NpgsqlBatchCommand> Statements()
    {
        // The catalogue comes first because new stock rows have foreign keys to it.
        foreach (var entry in entries) yield return CatalogueTable.Save(entry, CatalogueVersion);
        if (ChangesCatalogue) yield return LogTable.SetCatalogueVersion(CatalogueVersion, CatalogueId);

        var (placed, moved) = Partition(orders.Values, row => row.IsNew);
        if (placed.Count > 0)
        {
            yield return OrderTable.Insert(placed);
            yield return ContactTable.Insert(placed);
        }
        if (moved.Count > 0) yield return OrderTable.Update(moved);
        if (orders.Values.Select(row => row.NewTimer).OfType<OrderTimer>().ToList() is { Count: > 0 } due)
            yield return OrderTimerTable.Add(due);
        if (moved.Where(row => row.HasNewCourier).ToList() is { Count: > 0 } couriers)
            yield return ContactTable.UpdateCouriers(couriers);

        var (kept, fresh) = Partition(stockRows, prefetch.StockRows.Contains);
        if (kept.Count > 0) yield return StockTable.Update(kept, Workset.Stocks);
        if (fresh.Count > 0) yield return StockTable.Insert(fresh, Workset.Stocks);

        if (numbers.Count > 0) yield return KitchenDayTable.Save(numbers);
        if (requests.Count > 0) yield return RequestTable.Insert(requests);
        if (events.Count > 0) yield return EventTable.Insert(events);
        yield return new NpgsqlBatchCommand("COMMIT");
    }

    static (List<T> Yes, List<T> No) Partition<T>(IEnumerable<T> all, Func<T, bool> test)
    {
        var (yes, no) = (new List<T>(), new List<T>());
        foreach (var one in all) (test(one) ? yes : no).Add(one);
        return (yes, no);
    }
}

using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Commit;

/// <summary>Loads the rows that the commands of a batch declared, under the log's lock.</summary>
sealed class Prefetch(DateTimeOffset now, CatalogueSnapshot cached, WriterCache cache)
{
    readonly List<(NpgsqlBatchCommand Command, Action<NpgsqlDataReader> Read)> loads = [];
    HashSet<KitchenDay> kitchenDays = [];
    CatalogueHead catalogueHead;

    public Workset Workset { get; private set; } = new(now, cached);
    public Dictionary<Guid, OrderDocument> Documents { get; } = [];
    public Dictionary<RequestKey, RequestRow> Requests { get; } = [];

    /// <summary>Keys of the stock rows that exist; their stocks are in the working set.</summary>
    public HashSet<StockRowKey> StockRows { get; } = [];

    /// <summary>Position of the last event in the log; 0 when the log is empty.</summary>
    public long LastPosition { get; private set; }
    public Guid LastEvent { get; private set; }

    /// <summary>
    /// Begins the transaction, locks the log and loads the rows in one round trip. Another round trip follows when the
    /// cache was out of date, or when an idempotency key or a reference resolves to an order.
    /// </summary>
    public async Task Load(NpgsqlConnection connection, IReadOnlyList<Command> commands, TimeSpan timeout)
    {
        var begin = new NpgsqlBatchCommand("BEGIN");
        loads.Add((LogTable.Lock(cached.Version), row => catalogueHead = CatalogueHead.Read(row)));
        loads.Add((LogTable.Last(cache.LastPosition), ReadLast));
        var usesCache = AddLoads(CollectReads(commands), useCache: true);
        RoundTrip(connection, begin, timeout);
        if (LastPosition == 0 && cache.LastPosition > 0) ReloadLast(connection, timeout);
        var isCurrent = cache.Validate(LastEvent);
        if (!catalogueHead.IsCurrent(cached) || (usesCache && !isCurrent))
        {
            var catalogue = catalogueHead.IsCurrent(cached) ? cached : await Refresh(connection, timeout);
            Workset = new Workset(now, catalogue);
            Documents.Clear();
            StockRows.Clear();
            AddLoads(CollectReads(commands), useCache: false);
            RoundTrip(connection, null, timeout);
        }
        if (UnloadedOrders() is { Count: > 0 } resolved)
        {
            loads.Add((OrderTable.Load(resolved), ReadOrder));
            RoundTrip(connection, null, timeout);
        }
    }

    /// <summary>Caches the rows for the next batch of this session.</summary>
    public void UpdateCache(Guid? lastEvent) =>
        cache.Store(Workset, StockRows, kitchenDays, lastEvent ?? LastEvent, LastPosition);

    ReadSet CollectReads(IReadOnlyList<Command> commands)
    {
        var rows = new ReadSet();
        foreach (var command in commands) command.DeclareReads(rows, Workset.Catalogue);
        kitchenDays = [.. rows.Numbers.SelectMany(kitchen => KitchenDay.Around(kitchen, now)), .. rows.NumberDays];
        return rows;
    }

    // True when some of the rows were taken from the cache.
    bool AddLoads(ReadSet rows, bool useCache)
    {
        var stockRows = rows.Stocks.Select(StockRowKey.Of).ToHashSet();
        var days = kitchenDays.ToHashSet();
        var usesCache = useCache && cache.Fill(Workset, days, stockRows, StockRows);
        if (rows.Requests.Count > 0) loads.Add((RequestTable.Load(rows.Requests), ReadRequest));
        if (rows.References.Count > 0) loads.Add((ReferenceLookup.Load(rows.References), ReadReference));
        if (days.Count > 0) loads.Add((KitchenDayTable.Load(days), ReadNumber));
        foreach (var customer in rows.Customers) Workset.OpenOrders[customer] = [];
        if (rows.Customers.Count > 0) loads.Add((OpenOrderLookup.Load(rows.Customers, now), ReadOpenOrder));
        var queues = rows.Queues.Where(kitchen => Workset.Queues.TryAdd(kitchen, 0)).ToList();
        if (queues.Count > 0) loads.Add((KitchenQueueLookup.Load(queues, now), ReadQueue));
        if (rows.Orders.Count + rows.OrdersWithStock.Count > 0)
            loads.Add((OrderTable.Load([.. rows.Orders, .. rows.OrdersWithStock]), ReadOrder));
        if (stockRows.Count > 0) loads.Add((StockTable.Load(stockRows), ReadStockRow));
        if (rows.OrdersWithStock.Count > 0) loads.Add((StockTable.LoadOfOrders(rows.OrdersWithStock), ReadStockRow));
        return usesCache;
    }

    void RoundTrip(NpgsqlConnection connection, NpgsqlBatchCommand? first, TimeSpan timeout)
    {
        using var batch = Sql.Batch(connection, timeout);
        if (first is not null) batch.BatchCommands.Add(first);
        foreach (var load in loads) batch.BatchCommands.Add(load.Command);
        if (batch.BatchCommands.Count == 0) return;
        using var reader = batch.ExecuteReader();
        foreach (var (_, read) in loads)
        {
            while (reader.Read()) read(reader);
            reader.NextResult();
        }
        loads.Clear();
    }

    // The log has shrunk by more than a partition since this session last read it: read its end without a lower bound.
    void ReloadLast(NpgsqlConnection connection, TimeSpan timeout)
    {
        loads.Add((LogTable.Last(0), ReadLast));
        RoundTrip(connection, null, timeout);
    }

    async Task<CatalogueSnapshot> Refresh(NpgsqlConnection connection, TimeSpan timeout)
    {
        var resolved = catalogueHead.Contains(cached) ? cached : CatalogueSnapshot.Empty;
        await using var batch = Sql.Batch(connection, timeout);
        foreach (var load in CatalogueTable.LoadSince(resolved.Version)) batch.BatchCommands.Add(load);
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        return await CatalogueTable.Read(reader, resolved, catalogueHead);
    }

    // Orders that an idempotency key or a reference resolved to and that are not loaded yet.
    HashSet<Guid> UnloadedOrders()
    {
        var resolved = Workset.References.Values.SelectMany(orders => orders).ToHashSet();
        foreach (var request in Requests.Values)
        {
            if (request.OrderId is { } order) resolved.Add(order);
        }
        resolved.ExceptWith(Documents.Keys);
        return resolved;
    }

    void ReadLast(NpgsqlDataReader row) => (LastPosition, LastEvent) = (row.GetInt64(0), row.GetGuid(1));

    void ReadOrder(NpgsqlDataReader row)
    {
        var document = OrderTable.Read(row);
        Documents[document.Order.Id] = document;
        Workset.Orders[document.Order.Id] = document.Order;
    }

    void ReadStockRow(NpgsqlDataReader row)
    {
        var (key, stocks) = StockTable.Read(row);
        StockRows.Add(key);
        foreach (var stock in stocks) Workset.Stocks[stock.Key] = stock;
    }

    void ReadRequest(NpgsqlDataReader row)
    {
        var request = RequestTable.Read(row);
        Requests[request.Key] = request;
        Workset.Requests[request.Key] = request.Fingerprint;
    }

    void ReadReference(NpgsqlDataReader row)
    {
        var (reference, order) = ReferenceLookup.Read(row);
        Workset.AddReference(reference, order);
    }

    void ReadOpenOrder(NpgsqlDataReader row)
    {
        var (customer, order) = OpenOrderLookup.Read(row);
        Workset.OpenOrders[customer].Add(order);
    }

    void ReadQueue(NpgsqlDataReader row)
    {
        var (kitchen, minutes) = KitchenQueueLookup.Read(row);
        Workset.Queues[kitchen] = minutes;
    }

    void ReadNumber(NpgsqlDataReader row)
    {
        var (day, number) = KitchenDayTable.Read(row);
        Workset.Numbers[day] = number;
    }
}

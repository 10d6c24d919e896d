using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Bench.Yardsticks;

/// <summary>
/// Baseline for the pipeline: the same orders, tables and statements, but one transaction per order, many concurrently.
/// Hand-tuned: all statements prepared, one round trip, only locks of stock rows, acquired in a fixed order. Its stock
/// table has one row per ingredient, because concurrent orders would wait for a row of 32. It omits costs that the
/// pipeline has: positions and numbers come from counters in memory, so its log is neither in commit order nor
/// crash-safe.
/// </summary>
sealed class SinglePlacer(NpgsqlDataSource database, CatalogueSnapshot catalogue, long lastPosition)
{
    // A separate table, with the same constraint and fill factor as the pipeline's.
    const string StockSql = """
        CREATE TABLE IF NOT EXISTS single_stock (
            kitchen int, ingredient int, on_hand bigint NOT NULL CHECK (on_hand >= 0), threshold bigint NOT NULL,
            state smallint NOT NULL, since timestamptz NOT NULL, PRIMARY KEY (kitchen, ingredient))
            WITH (fillfactor = 50);
        INSERT INTO single_stock SELECT kitchen, ingredient, on_hand, threshold, state, since FROM stock
            ON CONFLICT DO NOTHING
        """;

    const string TakeSql = """
        WITH need AS (SELECT * FROM unnest($2::int[], $3::bigint[]) AS t (ingredient, quantity)),
        locked AS (
            SELECT s.ingredient FROM single_stock s WHERE s.kitchen = $1 AND s.ingredient = ANY($2)
            ORDER BY s.ingredient FOR NO KEY UPDATE)
        UPDATE single_stock s SET on_hand = s.on_hand - need.quantity FROM locked JOIN need USING (ingredient)
        WHERE s.kitchen = $1 AND s.ingredient = locked.ingredient
        """;

    long position = lastPosition;
    int number;

    public async Task<SinglePlacer> Prepared()
    {
        await using var command = database.CreateCommand(StockSql);
        await command.ExecuteNonQueryAsync();
        return this;
    }

    public async Task<OrderDocument> Place(PlaceOrder command)
    {
        var now = DateTimeOffset.UtcNow;
        var workset = new Workset(now, catalogue);
        var rows = new ReadSet();
        command.DeclareReads(rows, catalogue);
        // The table's constraint rejects the order if stock is insufficient.
        foreach (var key in rows.Stocks)
            workset.Stocks[key] = Stock.None(key, now) with { OnHand = Stock.OnHandMax };
        foreach (var kitchen in rows.Numbers)
            workset.Numbers[new KitchenDay(kitchen, catalogue.KitchenOf(kitchen)!.DayAt(now))] =
            Interlocked.Increment(ref number);
        var accepted = (Decision.Accepted)command.Decide(workset);
        return await Write(command, accepted, now);
    }

    async Task<OrderDocument> Write(PlaceOrder command, Decision.Accepted accepted, DateTimeOffset now)
    {
        var placed = (OrderPlaced)accepted.Events[0];
        var document = OrderJson.Document(placed, command.KitchenId, command.Caller);
        var row = new OrderRow(document, isNew: true);
        var events = new List<StoredEvent>(2);
        var last = Interlocked.Add(ref position, accepted.Events.Count);
        var first = last - accepted.Events.Count + 1;
        foreach (var happened in accepted.Events)
        {
            if (happened is OrderChanged changed) row.Document = document = document.Evolve(changed, command.Caller);
            row.Positions.Add(first + events.Count);
            events.Add(EventJson.Row(happened, first + events.Count, now, document, catalogue)!);
        }
        var order = document.Order;
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            // One round trip without BEGIN and COMMIT: an implicit transaction.
            BatchCommands =
            {
                RequestTable.Insert(
                [new RequestRow(command.Key, command.Fingerprint, order.Id, order.Version, null) { At = now }]),
                OrderTable.Insert([row]),
                ContactTable.Insert([row]),
                EventTable.Insert(events),
                BatchCommand(TakeSql, P(order.Kitchen), P(order.Needs.Select(need => need.Ingredient).ToArray()),
                    P(order.Needs.Select(need => need.Quantity).ToArray())),
            },
        };
        await batch.ExecuteNonQueryAsync();
        return document;
    }
}

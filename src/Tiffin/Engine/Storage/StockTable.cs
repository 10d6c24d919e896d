using Npgsql;
using Tiffin.Domain.Inventory;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>Key of a stock row, which holds up to 32 ingredients of a kitchen.</summary>
readonly record struct StockRowKey(int Kitchen, int Block)
{
    /// <summary>Ingredients per row. Stored data depends on it: change it only by a migration.</summary>
    public const int Width = 32;

    public static StockRowKey Of(StockKey key) => new(key.Kitchen, key.Ingredient / Width);

    /// <summary>The stocks that belong to this row, ordered by ingredient.</summary>
    public IEnumerable<Stock> Filter(IReadOnlyDictionary<StockKey, Stock> stocks)
    {
        for (var i = 0; i < Width; i++)
            if (stocks.TryGetValue(new StockKey(Kitchen, Block * Width + i), out var stock)) yield return stock;
    }
}

/// <summary>
/// Stock rows are read and written as a whole: a batch that has loaded one stock of a row has loaded all of them.
/// </summary>
static class StockTable
{
    const string Columns = "s.kitchen, s.block, s.ingredients, s.on_hand, s.thresholds, s.states, s.since";

    static readonly RowSet<StockRowKey> loaded = new RowSet<StockRowKey>()
        .Column("kitchen", key => key.Kitchen).Column("block", key => key.Block);

    static readonly string loadSql = $"""
        SELECT {Columns} FROM {loaded.From}
        JOIN stock_rows s ON s.kitchen = t.kitchen AND s.block = t.block
        """;

    static readonly string loadOfOrdersSql = $"""
        SELECT {Columns} FROM (
            SELECT DISTINCT o.kitchen, need.ingredient / {StockRowKey.Width} AS block
            FROM orders o, unnest(o.need_ingredients) AS need (ingredient) WHERE o.id = ANY($1)) t
        JOIN stock_rows s ON s.kitchen = t.kitchen AND s.block = t.block
        """;

    static readonly RowSet<StockRow> saved = new RowSet<StockRow>()
        .Column("kitchen", row => row.Key.Kitchen)
        .Column("block", row => row.Key.Block)
        .Array("ingredients", row => row.Stocks, stock => stock.Key.Ingredient)
        .Array("on_hand", row => row.Stocks, stock => stock.OnHand)
        .Array("thresholds", row => row.Stocks, stock => stock.Threshold)
        .Array("states", row => row.Stocks, stock => (short)stock.State)
        .Array("since", row => row.Stocks, stock => stock.Since.UtcDateTime);

    static readonly string insertSql = saved.InsertInto("stock_rows");

    // Most rows exist and are updated; the first movement or threshold of an ingredient may insert one.
    static readonly string updateSql = $"""
        UPDATE stock_rows s SET ingredients = {saved["ingredients"]}, on_hand = {saved["on_hand"]},
            thresholds = {saved["thresholds"]}, states = {saved["states"]}, since = {saved["since"]}
        FROM {saved.From} WHERE s.kitchen = t.kitchen AND s.block = t.block
        """;

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<StockRowKey> keys) =>
        loaded.BatchCommand(loadSql, [.. keys]);

    public static NpgsqlBatchCommand LoadOfOrders(IReadOnlyCollection<Guid> orders) =>
        BatchCommand(loadOfOrdersSql, P(orders.ToArray()));

    public static (StockRowKey Key, Stock[] Stocks) Read(NpgsqlDataReader row)
    {
        var key = new StockRowKey(row.GetInt32(0), row.GetInt32(1));
        var (ingredients, onHand) = (row.GetFieldValue<int[]>(2), row.GetFieldValue<long[]>(3));
        var (thresholds, states) = (row.GetFieldValue<long[]>(4), row.GetFieldValue<short[]>(5));
        var since = row.GetFieldValue<DateTime[]>(6);
        var stocks = new Stock[ingredients.Length];
        for (var i = 0; i < stocks.Length; i++)
            stocks[i] = new Stock(new StockKey(key.Kitchen, ingredients[i]), onHand[i], thresholds[i],
                (StockState)states[i], new DateTimeOffset(since[i], TimeSpan.Zero));
        return (key, stocks);
    }

    public static NpgsqlBatchCommand Update(
        IReadOnlyList<StockRowKey> keys, IReadOnlyDictionary<StockKey, Stock> all) =>
        saved.BatchCommand(updateSql, Rows(keys, all));

    public static NpgsqlBatchCommand Insert(
        IReadOnlyList<StockRowKey> keys, IReadOnlyDictionary<StockKey, Stock> all) =>
        saved.BatchCommand(insertSql, Rows(keys, all));

    static StockRow[] Rows(IReadOnlyList<StockRowKey> keys, IReadOnlyDictionary<StockKey, Stock> all) =>
        [.. keys.Select(key => new StockRow(key, [.. key.Filter(all)]))];

    readonly record struct StockRow(StockRowKey Key, Stock[] Stocks);
}

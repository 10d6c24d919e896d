using Npgsql;
using Tiffin.Domain.Inventory;
using static Tiffin.Storage.Sql;

namespace Tiffin.Storage;

static class StockTable
{
    const string Columns = "s.kitchen, s.ingredient, s.on_hand, s.threshold, s.state, s.since";

    const string LoadSql = $"""
        SELECT {Columns} FROM unnest($1::int[], $2::int[]) AS t (kitchen, ingredient)
        JOIN stock s ON s.kitchen = t.kitchen AND s.ingredient = t.ingredient
        """;

    const string LoadOfOrdersSql = $"""
        SELECT {Columns} FROM (
            SELECT DISTINCT o.kitchen, need.ingredient FROM orders o, unnest(o.need_ingredients) AS need (ingredient)
            WHERE o.id = ANY($1)) t
        JOIN stock s ON s.kitchen = t.kitchen AND s.ingredient = t.ingredient
        """;

    // An UPDATE finds most rows; the INSERT makes those that a first movement or threshold brings into being.
    const string UpdateSql = """
        UPDATE stock s SET on_hand = t.on_hand, threshold = t.threshold, state = t.state, since = t.since
        FROM unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[], $5::smallint[], $6::timestamptz[])
            AS t (kitchen, ingredient, on_hand, threshold, state, since)
        WHERE s.kitchen = t.kitchen AND s.ingredient = t.ingredient
        """;

    const string InsertSql = """
        INSERT INTO stock (kitchen, ingredient, on_hand, threshold, state, since)
        SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[], $5::smallint[], $6::timestamptz[])
        """;

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<StockKey> keys) => Of(LoadSql,
        P(keys.Select(key => key.Kitchen).ToArray()), P(keys.Select(key => key.Ingredient).ToArray()));

    public static NpgsqlBatchCommand LoadOfOrders(IReadOnlyCollection<Guid> orders) =>
        Of(LoadOfOrdersSql, P(orders.ToArray()));

    public static Stock Read(NpgsqlDataReader row) => new(
        new StockKey(row.GetInt32(0), row.GetInt32(1)), row.GetInt64(2), row.GetInt64(3), (StockState)row.GetInt16(4),
        row.Time(5));

    public static NpgsqlBatchCommand Update(IReadOnlyList<Stock> stocks) => Save(UpdateSql, stocks);

    public static NpgsqlBatchCommand Insert(IReadOnlyList<Stock> stocks) => Save(InsertSql, stocks);

    static NpgsqlBatchCommand Save(string sql, IReadOnlyList<Stock> stocks)
    {
        T[] Each<T>(Func<Stock, T> pick) => [.. stocks.Select(pick)];
        return Of(sql, P(Each(s => s.Key.Kitchen)), P(Each(s => s.Key.Ingredient)), P(Each(s => s.OnHand)),
            P(Each(s => s.Threshold)), P(Each(s => (short)s.State)), P(Each(s => s.Since.UtcDateTime)));
    }
}

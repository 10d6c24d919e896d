using Npgsql;
using Tiffin.Domain.Catalogue;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>The last order number of each kitchen and business day.</summary>
static class KitchenDayTable
{
    static readonly RowSet<KeyValuePair<KitchenDay, int>> saved = new RowSet<KeyValuePair<KitchenDay, int>>()
        .Column("kitchen", row => row.Key.Kitchen)
        .Column("day", row => row.Key.Day)
        .Column("last_number", row => row.Value);

    static readonly string saveSql = $"""
        {saved.InsertInto("kitchen_days")} ON CONFLICT (kitchen, day) DO UPDATE SET last_number = excluded.last_number
        """;

    /// <summary>Loads every local date that is possible in any time zone on the UTC date.</summary>
    public static NpgsqlBatchCommand Load(IReadOnlyCollection<int> kitchens, DateOnly today) => Of(
        "SELECT kitchen, day, last_number FROM kitchen_days WHERE kitchen = ANY($1) AND day BETWEEN $2 AND $3",
        P(kitchens.ToArray()), P(today.AddDays(-1)), P(today.AddDays(1)));

    public static (KitchenDay, int) Read(NpgsqlDataReader row) =>
        (new KitchenDay(row.GetInt32(0), row.GetFieldValue<DateOnly>(1)), row.GetInt32(2));

    public static NpgsqlBatchCommand Save(IReadOnlyDictionary<KitchenDay, int> numbers) =>
        saved.Of(saveSql, [.. numbers]);
}

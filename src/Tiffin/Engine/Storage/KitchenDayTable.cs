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

    static readonly string saveSql = saved.Upsert("kitchen_days", "kitchen", "day");

    static readonly RowSet<KitchenDay> loaded = new RowSet<KitchenDay>()
        .Column("kitchen", day => day.Kitchen).Column("day", day => day.Day);

    static readonly string loadSql = $"""
        SELECT d.kitchen, d.day, d.last_number FROM {loaded.From}
        JOIN kitchen_days d ON d.kitchen = t.kitchen AND d.day = t.day
        """;

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<KitchenDay> days) =>
        loaded.BatchCommand(loadSql, [.. days]);

    public static (KitchenDay, int) Read(NpgsqlDataReader row) =>
        (new KitchenDay(row.GetInt32(0), row.GetFieldValue<DateOnly>(1)), row.GetInt32(2));

    public static NpgsqlBatchCommand Save(IReadOnlyDictionary<KitchenDay, int> numbers) =>
        saved.BatchCommand(saveSql, [.. numbers]);
}

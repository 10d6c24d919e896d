using Npgsql;
using Tiffin.Domain;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>Finds the open orders of customers, placed within the last day.</summary>
static class OpenOrderLookup
{
    static readonly TimeSpan back = TimeSpan.FromDays(1);

    static readonly RowSet<CustomerOf> sought = new RowSet<CustomerOf>()
        .Column("channel", customer => customer.Channel).Column("customer_id", customer => customer.CustomerId);

    // Ids are UUIDv7 and start with their creation time, so the index yields only a customer's latest orders.
    static readonly string loadSql = $"""
        SELECT o.channel, o.customer_id, o.id FROM {sought.From}
        JOIN orders o ON o.customer_id = t.customer_id AND o.channel = t.channel
        WHERE o.id >= {sought.Further(1)} AND NOT o.closed
        """;

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<CustomerOf> customers, DateTimeOffset now) =>
        sought.Of(loadSql, [.. customers], P(OrderTable.FirstId((now - back).ToUnixTimeMilliseconds())));

    public static (CustomerOf, Guid) Read(NpgsqlDataReader row) =>
        (new CustomerOf(row.GetString(0), row.GetString(1)), row.GetGuid(2));
}

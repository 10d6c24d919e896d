using Npgsql;
using Tiffin.Domain;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>Finds the open orders of customers, placed within the last day.</summary>
static class OpenOrderLookup
{
    static readonly TimeSpan lookback = TimeSpan.FromDays(1);

    static readonly RowSet<CustomerKey> loaded = new RowSet<CustomerKey>()
        .Column("channel", customer => customer.Channel).Column("customer_id", customer => customer.CustomerId);

    // Ids are UUIDv7 and start with their creation time, so the index yields only a customer's latest orders.
    static readonly string loadSql = $"""
        SELECT o.channel, o.customer_id, o.id FROM {loaded.From}
        JOIN orders o ON o.customer_id = t.customer_id AND o.channel = t.channel
        WHERE o.id >= {loaded.ExtraPlaceholder(1)} AND NOT o.closed
        """;

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<CustomerKey> customers, DateTimeOffset now) =>
        loaded.BatchCommand(loadSql, [.. customers], P(OrderTable.FirstId((now - lookback).ToUnixTimeMilliseconds())));

    public static (CustomerKey, Guid) Read(NpgsqlDataReader row) =>
        (new CustomerKey(row.GetString(0), row.GetString(1)), row.GetGuid(2));
}

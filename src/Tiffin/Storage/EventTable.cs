using Npgsql;
using static Tiffin.Storage.Sql;

namespace Tiffin.Storage;

/// <summary>
/// An event as it is stored. <paramref name="Sequence"/> is the order's version; <paramref name="Subject"/> names
/// what is no order; <paramref name="Data"/> is the CloudEvent's data, JSON in UTF-8.
/// </summary>
public sealed record StoredEvent(
    long Position, Guid Id, DateTimeOffset At, Guid? OrderId, int? Kitchen, int? Sequence, EventType Type,
    string? BrandId, string? Subject, byte[] Data);

/// <summary>The codes are stored: append, never renumber.</summary>
public enum EventType : short
{
    OrderPlaced = 0, OrderAccepted, OrderPreparing, OrderReady, OrderOutForDelivery, OrderDelivered, OrderCancelled,
    InventoryReceived = 20, InventoryWasted, InventoryCounted, InventoryCorrected,
    InventoryLow = 30, InventoryOut, InventoryRecovered,
    CatalogueChanged = 40, KitchenModeChanged,
}

static class EventTable
{
    const string InsertSql = """
        INSERT INTO events (position, id, at, order_id, kitchen, sequence, type, brand_id, subject, data)
        SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::int[], $6::int[],
            $7::smallint[], $8::text[], $9::text[], $10::bytea[])
        """;

    public static NpgsqlBatchCommand Insert(IReadOnlyList<StoredEvent> events)
    {
        var n = events.Count;
        var (positions, ids, times, orders) = (new long[n], new Guid[n], new DateTime[n], new Guid?[n]);
        var (kitchens, sequences, types) = (new int?[n], new int?[n], new short[n]);
        var (brands, subjects, data) = (new string?[n], new string?[n], new byte[n][]);
        for (var i = 0; i < n; i++)
        {
            var e = events[i];
            (positions[i], ids[i], times[i], orders[i]) = (e.Position, e.Id, e.At.UtcDateTime, e.OrderId);
            (kitchens[i], sequences[i], types[i]) = (e.Kitchen, e.Sequence, (short)e.Type);
            (brands[i], subjects[i], data[i]) = (e.BrandId, e.Subject, e.Data);
        }
        return Of(InsertSql, P(positions), P(ids), P(times), P(orders), P(kitchens), P(sequences), P(types),
            P(brands), P(subjects), P(data));
    }
}

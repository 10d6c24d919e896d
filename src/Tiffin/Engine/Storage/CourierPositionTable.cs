using Npgsql;
using Tiffin.Domain.Orders;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>Where the courier of an order was; degrees of WGS 84.</summary>
sealed record CourierPosition(double Latitude, double Longitude, DateTimeOffset At);

/// <summary>The last position of each courier, as long as the order is open.</summary>
static class CourierPositionTable
{
    // The order is checked here too, because it may end or change its courier after it was read.
    static readonly string saveSql = $"""
        INSERT INTO courier_positions AS p (order_id, courier_id, latitude, longitude, at)
        SELECT o.id, o.courier_id, $3, $4, $5 FROM orders o
        WHERE o.id = $1 AND o.courier_id = $2
            AND o.status BETWEEN {OrderStatus.Accepted:d} AND {OrderStatus.OutForDelivery:d}
        ON CONFLICT (order_id) DO UPDATE SET courier_id = excluded.courier_id, latitude = excluded.latitude,
            longitude = excluded.longitude, at = excluded.at
        WHERE p.courier_id <> excluded.courier_id OR p.at < excluded.at
        """;

    const string EndedSql = """
        DELETE FROM courier_positions p WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = p.order_id AND NOT o.closed)
        """;

    /// <summary>Columns for <see cref="Read"/>, in its order; the table alias is p.</summary>
    public const string Columns = "p.latitude, p.longitude, p.at";

    /// <summary>Ignores a position that is older than the known one.</summary>
    public static Task Save(
        NpgsqlConnection connection, Guid orderId, string courierId, CourierPosition position,
        CancellationToken cancel) =>
        Run(connection, saveSql, cancel, P(orderId), P(courierId), P(position.Latitude), P(position.Longitude),
            P(position.At.UtcDateTime));

    /// <summary>Null for an order without a position.</summary>
    public static CourierPosition? Read(NpgsqlDataReader row, int first) => row.IsDBNull(first)
        ? null
        : new CourierPosition(row.GetDouble(first), row.GetDouble(first + 1), row.Time(first + 2));

    public static Task<int> DeleteEnded(NpgsqlConnection connection, CancellationToken cancel) =>
        Run(connection, EndedSql, cancel);
}

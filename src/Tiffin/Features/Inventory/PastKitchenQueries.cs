using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Inventory;

/// <summary>The moment after a version of an order, as a place in the log.</summary>
/// <param name="Kitchen">The number of its kitchen.</param>
/// <param name="KitchenId">The id of its kitchen.</param>
/// <param name="Position">The position of that version's event.</param>
/// <param name="At">When it happened.</param>
/// <param name="Ingredients">The numbers of the ingredients that the order needs.</param>
sealed record Moment(int Kitchen, string KitchenId, long Position, DateTimeOffset At, int[] Ingredients);

/// <summary>
/// A kitchen in the past, from its orders and the ledger: an order stores the position of each of its versions, and the
/// ledger that of each movement. Both are kept for longer than the log.
/// </summary>
static class PastKitchenQueries
{
    public const int OrdersMax = 200;

    /// <summary>Maximum orders to scan: bounds the cost in a large table.</summary>
    public const int ScanMax = 5_000;

    // The nodes generate the ids, and their clocks differ by seconds at most.
    static readonly TimeSpan idSkewMax = TimeSpan.FromMinutes(5);

    const string MomentSql = """
        SELECT o.kitchen, k.id, o.positions, o.timeline, o.need_ingredients
        FROM orders o JOIN kitchens k ON k.number = o.kitchen
        WHERE o.id = $1 AND ($2::text[] IS NULL OR k.id = ANY($2))
        """;

    internal static readonly string OrdersSql = $"""
        SELECT o.id, o.number, o.placed_at, o.timeline,
            (SELECT count(*) FROM unnest(o.positions) AS position WHERE position <= $2)::int
        FROM (SELECT * FROM orders WHERE kitchen = $1 AND id < $3 ORDER BY id DESC LIMIT {ScanMax}) o
        WHERE o.positions[1] <= $2 AND NOT (o.closed AND o.positions[o.version] <= $2)
        ORDER BY o.id LIMIT $4
        """;

    // A row stores the balance after its last movement, which may be later than the position.
    const string StockSql = """
        SELECT i.sku, i.name, i.unit, coalesce(page.balance - coalesce(later.delta, 0), 0)::bigint
        FROM ingredients i
        LEFT JOIN LATERAL (
            SELECT m.balance, m.positions, m.deltas FROM movements m
            WHERE m.kitchen = $1 AND m.ingredient = i.number AND m.position <= $2
            ORDER BY m.position DESC LIMIT 1) page ON true
        LEFT JOIN LATERAL (
            SELECT sum(line.delta) AS delta FROM unnest(page.positions, page.deltas) AS line (position, delta)
            WHERE line.position > $2) later ON true
        WHERE i.number = ANY($3) AND (SELECT position FROM subscribers WHERE name = 'ledger') >= $2
        ORDER BY i.name, i.sku
        """;

    /// <summary>
    /// Null if there is no such order in the scope; the moment is null if the order has no such version.
    /// </summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="scope">What the caller may see.</param>
    /// <param name="orderId">The order.</param>
    /// <param name="version">From 1; null for the last one.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<(int Versions, Moment? Moment)?> Find(
        NpgsqlConnection connection, Scope scope, Guid orderId, int? version, CancellationToken cancel)
    {
        var found = await Rows(connection, MomentSql, Read, cancel, P(orderId), P(scope.Kitchens?.ToArray()));
        return found is [var one] ? one : null;

        (int, Moment?) Read(NpgsqlDataReader row)
        {
            var positions = row.GetFieldValue<long[]>(2);
            var shown = version ?? positions.Length;
            if (shown > positions.Length) return (positions.Length, null);
            var line = TimelineJson.Lines(row.GetFieldValue<byte[]>(3))[shown - 1];
            return (positions.Length, new Moment(row.GetInt32(0), row.GetString(1), positions[shown - 1],
                TimelineJson.TimeOf(line), row.GetFieldValue<int[]>(4)));
        }
    }

    /// <summary>The orders open at that moment, oldest first; one more than the limit if there were more.</summary>
    public static Task<List<PastOrder>> Orders(
        NpgsqlConnection connection, Moment moment, CancellationToken cancel) =>
        Rows(connection, OrdersSql, ReadOrder, cancel, P(moment.Kitchen), P(moment.Position),
            P(OrderTable.FirstId((moment.At + idSkewMax).ToUnixTimeMilliseconds())), P(OrdersMax + 1));

    /// <summary>Levels of the order's ingredients; empty if the ledger has not reached that moment yet.</summary>
    public static Task<List<PastLevel>> Stock(NpgsqlConnection connection, Moment moment, CancellationToken cancel) =>
        Rows(connection, StockSql,
            row => new PastLevel(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3)), cancel,
            P(moment.Kitchen), P(moment.Position), P(moment.Ingredients));

    static PastOrder ReadOrder(NpgsqlDataReader row)
    {
        var version = row.GetInt32(4);
        var lines = TimelineJson.Lines(row.GetFieldValue<byte[]>(3)).Take(version).ToList();
        var details = OrderDetailsJson.Merge(lines);
        return new PastOrder(row.GetGuid(0), row.GetInt32(1), TimelineJson.StatusOf(lines[^1]), version, row.Time(2),
            details.Promise?.ReadyAt, details.Schedule is { ReleasedAt: null } waiting ? waiting.ReleaseAt : null);
    }
}

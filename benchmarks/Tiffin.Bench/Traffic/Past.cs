using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Tiffin.Bench.Traffic;

/// <summary>
/// Creates a large history in minutes: copies recent orders with new ids, numbers, log positions and times, spread over
/// half a year. Copies in sets and creates the indexes last; needs exclusive use of the database. Sizes and physical
/// order are realistic, but sums are not consistent (<c>tiffin verify</c> would fail).
/// </summary>
sealed class Past(string connectionString, long orders)
{
    const int EventsPerOrder = 4;
    const long ChunkOrders = 250_000;

    // Measured, including indexes and WAL.
    const long BytesPerOrder = 6_000;
    const long BytesOfLog = 6L << 30;

    public static long BytesNeeded(long orders) => orders * BytesPerOrder + BytesOfLog;

    const string SampleSql = """
        CREATE TABLE past_orders AS
            SELECT row_number() OVER () - 1 AS k, o.*, c.name, c.phone, c.address
            FROM orders o JOIN contacts c ON c.order_id = o.id WHERE o.version >= 4 LIMIT 1000;
        CREATE TABLE past_events AS
            SELECT p.k, e.sequence, CASE e.sequence WHEN 4 THEN 5::smallint ELSE e.type END AS type,
                e.kitchen, e.brand_id, e.channel, e.data
            FROM past_orders p JOIN events e ON e.position = ANY(p.positions[1:4]);
        CREATE TABLE past AS
            SELECT (SELECT count(*) FROM past_orders) AS samples, (SELECT max(position) FROM events) AS base,
                now() - interval '180 days' AS start, interval '180 days' / $1 AS step;
        -- A UUIDv7 of its time, with the kitchen's number in its last 24 bits.
        CREATE FUNCTION past_id(n bigint, at timestamptz, kitchen int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
            SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
                || '7' || lpad(to_hex(n & 4095), 3, '0') || '8'
                || lpad(to_hex(n >> 12), 9, '0') || lpad(to_hex(kitchen), 6, '0'))::uuid $$;
        CREATE TABLE past_indexes AS
            SELECT indexname, indexdef FROM pg_indexes
            WHERE tablename IN ('orders', 'contacts', 'requests', 'movements')
                AND indexname NOT LIKE '%_pkey';
        DO $$ DECLARE i record; BEGIN
            FOR i IN SELECT * FROM past_indexes LOOP EXECUTE format('DROP INDEX %I', i.indexname); END LOOP;
            PERFORM extend_events($1 * 4 + 20000000);
        END $$;
        """;

    const string OrdersSql = """
        INSERT INTO orders (id, placed_at, updated_at, total, kitchen, day, number, version, status, fulfilment, closed,
            brand_id, channel, customer_id, need_ingredients, need_quantities, positions, timeline, content)
        SELECT past_id(n, at, s.kitchen), at, at + interval '40 minutes', s.total, s.kitchen, at::date, n % 2000 + 1, 4,
            5, s.fulfilment, true, s.brand_id, s.channel, 'c-' || n * 7919 % 1000000, s.need_ingredients,
            s.need_quantities, ARRAY[p + 1, p + 2, p + 3, p + 4], s.timeline, s.content
        FROM past, generate_series($1::bigint, $2::bigint) AS n
            JOIN past_orders s ON s.k = n % (SELECT samples FROM past),
            LATERAL (SELECT start + n * step AS at, base + (n - 1) * 4 AS p) AS its
        """;

    const string ContactsSql = """
        INSERT INTO contacts (order_id, name, phone, address)
        SELECT past_id(n, start + n * step, s.kitchen), s.name, s.phone, s.address
        FROM past, generate_series($1::bigint, $2::bigint) AS n
            JOIN past_orders s ON s.k = n % (SELECT samples FROM past)
        """;

    // Only recent idempotency keys: a server would spend time deleting expired ones.
    const string RequestsSql = """
        INSERT INTO requests (key, fingerprint, order_id, version, at)
        SELECT md5('key' || n)::uuid, gen_random_uuid(), past_id(n, start + n * step, s.kitchen), 2, start + n * step
        FROM past, generate_series($1::bigint, $2::bigint) AS n
            JOIN past_orders s ON s.k = n % (SELECT samples FROM past)
        WHERE start + n * step > now() - interval '70 hours'
        """;

    const string MovementsSql = """
        INSERT INTO movements (kitchen, ingredient, position, balance, positions, kinds, deltas, orders, times)
        SELECT s.kitchen, s.need_ingredients[1], base + (n - 1) * 4 + 1, 1000000000, ARRAY[base + (n - 1) * 4 + 1],
            ARRAY[0::smallint], ARRAY[-s.need_quantities[1]], ARRAY[past_id(n, start + n * step, s.kitchen)],
            ARRAY[start + n * step]
        FROM past, generate_series($1::bigint, $2::bigint) AS n
            JOIN past_orders s ON s.k = n % (SELECT samples FROM past)
        """;

    const string EventsSql = """
        INSERT INTO events (position, id, at, order_id, sequence, type, kitchen, brand_id, channel, data)
        SELECT base + (n - 1) * 4 + e.sequence, gen_random_uuid(), start + n * step + e.sequence * interval '8 minutes',
            past_id(n, start + n * step, s.kitchen), e.sequence, e.type, e.kitchen, e.brand_id, e.channel, e.data
        FROM past, generate_series($1::bigint, $2::bigint) AS n
            JOIN past_orders s ON s.k = n % (SELECT samples FROM past)
            JOIN past_events e ON e.k = s.k
        """;

    const string IndexSql = """
        DO $$ DECLARE i record; BEGIN
            FOR i IN SELECT * FROM past_indexes LOOP EXECUTE i.indexdef; END LOOP;
        END $$;
        -- Readers of the log are at its end, as they would.
        UPDATE subscribers SET position = (SELECT max(position) FROM events);
        DROP TABLE past_orders, past_events, past, past_indexes;
        DROP FUNCTION past_id;
        """;

    /// <summary>Returns the number of events created.</summary>
    public async Task<long> Make(CancellationToken cancel)
    {
        var since = Stopwatch.StartNew();
        await Run(SampleSql.Replace("$1", Text(orders), StringComparison.Ordinal), cancel);
        // Two at a time: there are two cores, and the events are half of the work.
        await Task.WhenAll(
            Each([OrdersSql, ContactsSql, RequestsSql, MovementsSql], "orders", since, cancel),
            Each([EventsSql], "events", since, cancel));
        await Run(IndexSql, cancel);
        // Otherwise autovacuum would run during the measurement.
        foreach (var table in (string[])["orders", "contacts", "requests", "movements", "events"])
            await Run($"VACUUM (ANALYZE) {table}", cancel);
        await Run("CHECKPOINT", cancel);
        return orders * EventsPerOrder;
    }

    async Task Each(string[] statements, string what, Stopwatch since, CancellationToken cancel)
    {
        for (var first = 1L; first <= orders; first += ChunkOrders)
        {
            var last = Math.Min(orders, first + ChunkOrders - 1);
            foreach (var statement in statements) await Run(statement, cancel, first, last);
            if (last % (4 * ChunkOrders) == 0)
                Console.WriteLine($"  {what} of {last:N0} orders after {since.Elapsed.TotalSeconds:0} s");
        }
    }

    async Task Run(string sql, CancellationToken cancel, params long[] parameters)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            CommandTimeout = 0,
            // The copies need no durability; measured commits are durable.
            Options = "-c synchronous_commit=off -c maintenance_work_mem=512MB -c jit=off",
        }.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters) command.Parameters.Add(new() { Value = parameter });
        await command.ExecuteNonQueryAsync(cancel);
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

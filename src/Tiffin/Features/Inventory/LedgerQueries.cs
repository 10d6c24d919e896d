using System.Globalization;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Edge;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;
using static Tiffin.Engine.Verify.LogQueries;

namespace Tiffin.Features.Inventory;

/// <summary>Identifies a line of the ledger: the position of its event, and its number within the event.</summary>
sealed record LedgerCursor(long Position, long Line)
{
    /// <summary>After all lines; pages run from the newest to the oldest.</summary>
    public static readonly LedgerCursor End = new(long.MaxValue, 0);

    public static LedgerCursor? Parse(string text) =>
        text.Split('.') is [var page, var line]
        && long.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(position, number)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Position}.{Line}");
}

static class LedgerQueries
{
    static readonly string kindOfType = string.Concat(EventTypes.All.Where(row => row.Movement is not null)
        .Select(row => $"WHEN e.type = {row.Type:d} THEN {row.Movement:d} "));

    static readonly string types = string.Join(", ",
        EventTypes.All.Where(StockMovementReader.MayContainMovements).Select(row => $"{row.Type:d}"));

    // Joins the ledger with later events of the log, so that clients read their own writes while the projection lags.
    // If it lags by more than 20,000 events, later movements are missing until it has caught up.
    // A row stores the balance after its last line. The balance after an earlier line is that minus the later deltas.
    static readonly string linesSql = $"""
        WITH entry AS MATERIALIZED (
            SELECT k.number AS kitchen, i.number AS ingredient, k.id, i.sku,
                coalesce((SELECT position FROM subscribers WHERE name = 'ledger'), 0) AS written
            FROM kitchens k, ingredients i WHERE k.id = $1 AND i.sku = $2),
        written AS (
            SELECT e.position, row_number() OVER (PARTITION BY e.position ORDER BY e.line) AS line, e.time, e.kind,
                e.delta, e.balance, nullif(e.order_id, '00000000-0000-0000-0000-000000000000') AS order_id,
                m.notes::jsonb ->> (e.line - 1)::int AS note, e.reason
            FROM (
                SELECT m.* FROM movements m, entry
                WHERE m.kitchen = entry.kitchen AND m.ingredient = entry.ingredient AND m.position <= $3
                ORDER BY m.position DESC LIMIT $5 + 1) m
            CROSS JOIN LATERAL (
                SELECT t.*, m.balance - coalesce(sum(delta) OVER (
                    ORDER BY line DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint AS balance
                FROM unnest(m.positions, m.times, m.kinds, m.deltas, m.orders, m.reasons) WITH ORDINALITY
                    AS t (position, time, kind, delta, order_id, reason, line)) e),
        since AS (
            SELECT e.position, row_number() OVER (PARTITION BY e.position ORDER BY s.line) AS line, e.at AS time,
                (CASE {kindOfType} ELSE array_position({Kinds}, s.change->>'kind') - 1 END)::smallint AS kind,
                (s.change->>'delta')::bigint AS delta,
                coalesce((SELECT balance FROM movements m, entry
                    WHERE m.kitchen = entry.kitchen AND m.ingredient = entry.ingredient
                    ORDER BY m.position DESC LIMIT 1), 0)
                    + (sum((s.change->>'delta')::bigint) OVER (ORDER BY e.position, s.line))::bigint AS balance,
                e.order_id, s.change->>'note' AS note,
                (array_position({WasteReasons}, s.change->>'reason') - 1)::smallint AS reason
            FROM entry JOIN events e ON e.position > entry.written AND e.position <= entry.written + 20000
                AND e.kitchen = entry.id
            CROSS JOIN LATERAL (SELECT convert_from(e.data, 'UTF8')::jsonb AS data) d
            CROSS JOIN LATERAL jsonb_array_elements(
                CASE WHEN e.order_id IS NULL THEN jsonb_build_array(d.data) ELSE d.data->'stock' END)
                WITH ORDINALITY AS s (change, line)
            WHERE e.type IN ({types}) AND s.change->>'sku' = entry.sku)
        SELECT page.*, o.number FROM (
            SELECT * FROM (SELECT * FROM written UNION ALL SELECT * FROM since) lines
            WHERE (position, line) < ($3, $4) ORDER BY position DESC, line DESC LIMIT $5) page
        LEFT JOIN orders o ON o.id = page.order_id ORDER BY position DESC, line DESC
        """;

    const string IsStockedSql = """
        SELECT EXISTS (SELECT FROM stock s
            JOIN kitchens k ON k.number = s.kitchen JOIN ingredients i ON i.number = s.ingredient
            WHERE k.id = $1 AND i.sku = $2)
        """;

    /// <summary>Newest first; null if the kitchen does not stock the ingredient.</summary>
    public static async Task<List<(LedgerCursor Cursor, LedgerEntry Entry)>?> Lines(
        Database database, string kitchenId, string sku, LedgerCursor before, int max, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        var lines = await Rows(connection, linesSql, Read, cancel,
            P(kitchenId), P(sku), P(before.Position), P(before.Line), P(max));
        return lines.Count > 0 || await SingleRow(
            connection, IsStockedSql, row => row.GetBoolean(0), cancel, P(kitchenId), P(sku)) ? lines : null;
    }

    static (LedgerCursor, LedgerEntry) Read(NpgsqlDataReader row) => (
        new LedgerCursor(row.GetInt64(0), row.GetInt64(1)),
        new LedgerEntry(row.GetInt64(0), row.Time(2), (MovementKind)row.GetInt16(3), row.GetInt64(4), row.GetInt64(5),
            row.Nullable<Guid>(6), row.Nullable<int>(9), row.NullableText(7), (WasteReason?)row.Nullable<short>(8)));
}

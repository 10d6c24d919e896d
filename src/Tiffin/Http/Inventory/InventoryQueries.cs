using System.Globalization;
using Npgsql;
using Tiffin.Access;
using Tiffin.Domain.Inventory;
using Tiffin.Storage;
using Tiffin.Wire;
using static Tiffin.Storage.Sql;

namespace Tiffin.Http.Inventory;

/// <summary>A line of a ledger's page; pages are known by the position of their first line.</summary>
sealed record LedgerPlace(long Page, long Line)
{
    /// <summary>Behind everything: the newest line comes first.</summary>
    public static readonly LedgerPlace End = new(long.MaxValue, 0);

    public static LedgerPlace? Read(string text) =>
        text.Split('.') is [var page, var line]
        && long.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(position, number)
            : null;
}

static class InventoryQueries
{
    const string LevelColumns = "i.sku, i.name, i.unit, s.on_hand, s.threshold, s.state, s.since";

    const string LevelFrom = """
        stock s JOIN kitchens k ON k.number = s.kitchen JOIN ingredients i ON i.number = s.ingredient
        """;

    // A page keeps the balance after its last line; the balance after each is that less what came later in the page.
    const string LedgerSql = """
        SELECT m.position, e.line, e.position, m.at, e.kind, e.delta, e.balance, e.order_id,
            (m.notes::jsonb ->> (e.line - 1)::int)
        FROM movements m CROSS JOIN LATERAL (
            SELECT t.*, m.balance - coalesce(sum(delta) OVER (
                ORDER BY line DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint AS balance
            FROM unnest(m.positions, m.kinds, m.deltas, m.orders) WITH ORDINALITY
                AS t (position, kind, delta, order_id, line)) e
        WHERE m.kitchen = (SELECT number FROM kitchens WHERE id = $1)
            AND m.ingredient = (SELECT number FROM ingredients WHERE sku = $2)
            AND m.position <= $3 AND (m.position < $3 OR e.line < $4)
        ORDER BY m.position DESC, e.line DESC LIMIT $5
        """;

    /// <summary>The levels of a kitchen by sku, or null where there is no such kitchen.</summary>
    public static async Task<List<StockLevel>?> Levels(
        Database database, string kitchenId, bool below, string after, int max, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await using var command = Command(connection, $"""
            SELECT {LevelColumns} FROM {LevelFrom}
            WHERE k.id = $1 AND i.sku > $2 {(below ? "AND s.on_hand < s.threshold" : "")} ORDER BY i.sku LIMIT $3
            """, P(kitchenId), P(after), P(max));
        var levels = await Read(command, ReadLevel, cancel);
        return levels.Count > 0 || await Exists(connection, kitchenId, cancel) ? levels : null;
    }

    public static async Task<StockLevel?> Level(
        Database database, string kitchenId, string sku, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await using var command = Command(connection,
            $"SELECT {LevelColumns} FROM {LevelFrom} WHERE k.id = $1 AND i.sku = $2", P(kitchenId), P(sku));
        return (await Read(command, ReadLevel, cancel)).SingleOrDefault();
    }

    /// <summary>Newest first; null where the kitchen does not keep the ingredient.</summary>
    public static async Task<List<(LedgerPlace Place, LedgerEntry Entry)>?> Ledger(
        Database database, string kitchenId, string sku, LedgerPlace before, int max, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await using var command = Command(
            connection, LedgerSql, P(kitchenId), P(sku), P(before.Page), P(before.Line), P(max));
        var rows = await Read(command, ReadEntry, cancel);
        if (rows.Count > 0) return rows;
        await using var kept = Command(
            connection, $"SELECT 1 FROM {LevelFrom} WHERE k.id = $1 AND i.sku = $2", P(kitchenId), P(sku));
        return await kept.ExecuteScalarAsync(cancel) is null ? null : rows;
    }

    /// <summary>What is low or out, of one kitchen or all that are theirs.</summary>
    public static async Task<List<StockAlert>> Alerts(
        Database database, Scope scope, string? kitchenId, string afterKitchen, string afterSku, int max,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await using var command = Command(connection, $"""
            SELECT {LevelColumns}, k.id FROM {LevelFrom}
            WHERE s.state <> {(short)StockState.Ok} AND (k.id, i.sku) > ($1, $2) AND ($3::text IS NULL OR k.id = $3)
                AND ($5::text[] IS NULL OR k.id = ANY($5))
            ORDER BY k.id, i.sku LIMIT $4
            """, P(afterKitchen), P(afterSku), P(kitchenId), P(max), P(scope.Kitchens?.ToArray()));
        return await Read(command, row =>
        {
            var level = ReadLevel(row);
            return new StockAlert(row.GetString(7), level.Sku, level.Name, level.Unit, level.OnHand, level.Threshold,
                level.State, level.Since);
        }, cancel);
    }

    static async Task<bool> Exists(NpgsqlConnection connection, string kitchenId, CancellationToken cancel)
    {
        await using var command = Command(connection, "SELECT 1 FROM kitchens WHERE id = $1", P(kitchenId));
        return await command.ExecuteScalarAsync(cancel) is not null;
    }

    static async Task<List<T>> Read<T>(
        NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var row = await command.ExecuteReaderAsync(cancel);
        var rows = new List<T>();
        while (await row.ReadAsync(cancel)) rows.Add(read(row));
        return rows;
    }

    static StockLevel ReadLevel(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4),
        (StockState)row.GetInt16(5), row.Time(6));

    static (LedgerPlace, LedgerEntry) ReadEntry(NpgsqlDataReader row)
    {
        var order = row.GetGuid(7);
        return (
            new LedgerPlace(row.GetInt64(0), row.GetInt64(1)),
            new LedgerEntry(row.GetInt64(2), row.Time(3), (MovementKind)row.GetInt16(4), row.GetInt64(5),
                row.GetInt64(6), order == Guid.Empty ? null : order, row.NullableText(8)));
    }
}

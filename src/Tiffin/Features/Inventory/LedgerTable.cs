using System.Text.Json;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Inventory;

static class LedgerTable
{
    static readonly RowSet<LedgerPage> inserted = new RowSet<LedgerPage>()
        .Column("kitchen", page => page.Kitchen)
        .Column("sku", page => page.Sku)
        .Column("total", page => page.Total)
        .Column("first", page => page.Lines[0].Cause.Position)
        .Array("positions", page => page.Lines, line => line.Cause.Position)
        .Array("times", page => page.Lines, line => line.Cause.At.UtcDateTime)
        .Array("kinds", page => page.Lines, line => (short)line.Kind)
        .Array("deltas", page => page.Lines, line => line.Delta)
        .Array("orders", page => page.Lines, line => line.Cause.OrderId ?? Guid.Empty)
        .Array("reasons", page => page.Lines, line => (short?)line.Reason)
        .Column("notes", Notes);

    // Looks up the last balance once per row; the total of a page includes earlier pages of the same batch.
    static readonly string insertSql = $"""
        INSERT INTO movements (
            kitchen, ingredient, position, balance, positions, times, kinds, deltas, orders, reasons, notes)
        SELECT k.number, i.number, t.first, coalesce(last.balance, 0) + t.total, {inserted["positions"]},
            {inserted["times"]}, {inserted["kinds"]}, {inserted["deltas"]}, {inserted["orders"]},
            {inserted["reasons"]}, t.notes
        FROM {inserted.From}
        JOIN kitchens k ON k.id = t.kitchen JOIN ingredients i ON i.sku = t.sku
        LEFT JOIN LATERAL (
            SELECT m.balance FROM movements m WHERE m.kitchen = k.number AND m.ingredient = i.number
            ORDER BY m.position DESC LIMIT 1) last ON true
        """;

    public static async Task Insert(
        NpgsqlConnection connection, IReadOnlyList<LedgerPage> pages, CancellationToken cancel)
    {
        if (pages.Count == 0) return;
        if (await inserted.Run(connection, insertSql, pages, cancel) != pages.Count)
            throw new InvalidDataException(
                $"Ledger stopped: an event at or after position {pages[0].Lines[0].Cause.Position} refers to a kitchen "
                + "or an ingredient that is not in the catalogue.");
    }

    static string? Notes(LedgerPage page) => page.Lines.Exists(line => line.Note is not null)
        ? JsonSerializer.Serialize([.. page.Lines.Select(line => line.Note)], WireJson.Default.IReadOnlyListString)
        : null;
}

using System.Text.Json;
using Npgsql;
using Tiffin.Domain.Inventory;
using Tiffin.Wire;
using static Tiffin.Storage.Sql;

namespace Tiffin.Storage;

/// <summary>What happened to one stock row in one batch, in order: a page of its ledger.</summary>
sealed class LedgerPage(StockKey key)
{
    public StockKey Key { get; } = key;
    public List<(long Position, Movement Movement)> Entries { get; } = [];
    public long Balance { get; set; }

    public string? Notes => Entries.Exists(entry => entry.Movement.Note is not null)
        ? JsonSerializer.Serialize(
            [.. Entries.Select(entry => entry.Movement.Note)], WireJson.Default.IReadOnlyListString)
        : null;
}

static class MovementTable
{
    const string InsertSql = """
        INSERT INTO movements (kitchen, ingredient, position, at, balance, positions, kinds, deltas, orders, notes)
        SELECT kitchen, ingredient, ($6::bigint[])[lo], $11::timestamptz, balance, ($6::bigint[])[lo:hi],
            ($7::smallint[])[lo:hi], ($8::bigint[])[lo:hi], ($9::uuid[])[lo:hi], notes
        FROM unnest($1::int[], $2::int[], $3::bigint[], $4::int[], $5::int[], $10::text[])
            AS t (kitchen, ingredient, balance, lo, hi, notes)
        """;

    public static NpgsqlBatchCommand Insert(IReadOnlyCollection<LedgerPage> pages, DateTimeOffset at)
    {
        var slices = new Slices();
        foreach (var page in pages) slices.Add(page.Entries.Count);
        T[] Each<T>(Func<LedgerPage, T> pick) => [.. pages.Select(pick)];
        T[] All<T>(Func<(long Position, Movement Movement), T> pick) =>
            [.. pages.SelectMany(page => page.Entries, (_, entry) => pick(entry))];
        return Of(InsertSql,
            P(Each(p => p.Key.Kitchen)), P(Each(p => p.Key.Ingredient)), P(Each(p => p.Balance)),
            P(slices.Lows), P(slices.Highs), P(All(e => e.Position)), P(All(e => (short)e.Movement.Kind)),
            P(All(e => e.Movement.Delta)), P(All(e => e.Movement.OrderId ?? Guid.Empty)), P(Each(p => p.Notes)),
            P(at.UtcDateTime));
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;
using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Inventory;

static class LedgerTable
{
    // The page before is looked up once per row; of several new pages each counts what the others before it add.
    const string InsertSql = """
        INSERT INTO movements (kitchen, ingredient, position, balance, positions, times, kinds, deltas, orders, notes)
        SELECT k.number, i.number, ($7::bigint[])[lo], coalesce(last.balance, 0) + t.total, ($7::bigint[])[lo:hi],
            ($8::timestamptz[])[lo:hi], ($9::smallint[])[lo:hi], ($10::bigint[])[lo:hi], ($11::uuid[])[lo:hi], notes
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::int[], $6::text[])
            AS t (kitchen, sku, total, lo, hi, notes)
        JOIN kitchens k ON k.id = t.kitchen JOIN ingredients i ON i.sku = t.sku
        LEFT JOIN LATERAL (
            SELECT m.balance FROM movements m WHERE m.kitchen = k.number AND m.ingredient = i.number
            ORDER BY m.position DESC LIMIT 1) last ON true
        """;

    public static async Task Insert(
        NpgsqlConnection connection, IReadOnlyList<LedgerPage> pages, CancellationToken cancel)
    {
        if (pages.Count == 0) return;
        var slices = new Slices();
        foreach (var page in pages) slices.Add(page.Lines.Count);
        T[] Each<T>(Func<LedgerPage, T> pick) => [.. pages.Select(pick)];
        var lines = new Lines(pages);
        var written = await Run(connection, InsertSql, cancel,
            P(Each(p => p.Kitchen)), P(Each(p => p.Sku)), P(Each(p => p.Total)), P(slices.Lows), P(slices.Highs),
            P(Each(Notes)), P(lines.Positions), P(lines.Times), P(lines.Kinds), P(lines.Deltas), P(lines.Orders));
        if (written != pages.Count)
            throw new InvalidDataException(
                $"The ledger stops: the events from position {pages[0].Lines[0].Cause.Position} on name a kitchen or "
                + "an ingredient that is not in the catalogue.");
    }

    static string? Notes(LedgerPage page) => page.Lines.Exists(line => line.Note is not null)
        ? JsonSerializer.Serialize([.. page.Lines.Select(line => line.Note)], WireJson.Default.IReadOnlyListString)
        : null;

    /// <summary>The lines of all pages, a column each: a dozen an order, so that each is touched once.</summary>
    sealed class Lines
    {
        public Lines(IReadOnlyList<LedgerPage> pages)
        {
            var count = pages.Sum(page => page.Lines.Count);
            (Positions, Times, Kinds) = (new long[count], new DateTime[count], new short[count]);
            (Deltas, Orders) = (new long[count], new Guid[count]);
            var i = 0;
            foreach (var page in pages)
            {
                foreach (ref readonly var line in CollectionsMarshal.AsSpan(page.Lines))
                {
                    (Positions[i], Times[i]) = (line.Cause.Position, line.Cause.At.UtcDateTime);
                    (Kinds[i], Deltas[i]) = ((short)line.Kind, line.Delta);
                    Orders[i++] = line.Cause.OrderId ?? Guid.Empty;
                }
            }
        }

        public long[] Positions { get; }
        public DateTime[] Times { get; }
        public short[] Kinds { get; }
        public long[] Deltas { get; }
        public Guid[] Orders { get; }
    }
}

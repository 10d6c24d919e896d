using System.Collections.Immutable;
using Npgsql;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

static class OrderTable
{
    /// <summary>Columns for <see cref="Read"/>, in its order; the table aliases are o and c.</summary>
    public const string Columns = """
        o.id, o.kitchen, o.brand_id, o.channel, o.external_reference, o.customer_id, o.fulfilment, o.day, o.number,
        o.status, o.version, o.need_ingredients, o.need_quantities, o.content, o.timeline, o.courier_id, o.updated_at,
        c.order_id, c.name, c.phone, c.email, c.address, c.instructions, c.notes, c.consent,
        c.fingerprint
        """;

    public const string From = "orders o LEFT JOIN contacts c ON c.order_id = o.id";

    static readonly string insertSql = $"""
        INSERT INTO orders (id, placed_at, updated_at, total, kitchen, day, number, version, status, fulfilment, closed,
            brand_id, channel, external_reference, customer_id, courier_id,
            need_ingredients, need_quantities, positions, timeline, content)
        SELECT id, placed_at, updated_at, total, kitchen, day, number, version, status, fulfilment,
            status >= {OrderStatus.Delivered:d}, brand_id, channel, external_reference, customer_id, courier_id,
            ($16::int[])[need_lo:need_hi], ($17::bigint[])[need_lo:need_hi], ($18::bigint[])[pos_lo:pos_hi],
            timeline, content
        FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::bigint[], $5::int[], $6::date[], $7::int[],
            $8::int[], $9::smallint[], $10::smallint[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
            $19::int[], $20::int[], $21::int[], $22::int[], $23::bytea[], $24::bytea[])
            AS t (id, placed_at, updated_at, total, kitchen, day, number, version, status, fulfilment,
            brand_id, channel, external_reference, customer_id, courier_id,
            need_lo, need_hi, pos_lo, pos_hi, timeline, content)
        """;

    static readonly string updateSql = $"""
        UPDATE orders o SET status = t.status, version = t.version, updated_at = t.updated_at,
            closed = t.status >= {OrderStatus.Delivered:d}, courier_id = t.courier_id,
            positions = o.positions || ($6::bigint[])[t.pos_lo:t.pos_hi], timeline = o.timeline || t.timeline
        FROM unnest($1::uuid[], $2::smallint[], $3::int[], $4::timestamptz[], $5::text[], $7::int[], $8::int[],
            $9::bytea[]) AS t (id, status, version, updated_at, courier_id, pos_lo, pos_hi, timeline)
        WHERE o.id = t.id
        """;

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<Guid> ids) =>
        Of($"SELECT {Columns} FROM {From} WHERE o.id = ANY($1)", P(ids.ToArray()));

    public static OrderDocument Read(NpgsqlDataReader row)
    {
        var ingredients = row.GetFieldValue<int[]>(11);
        var quantities = row.GetFieldValue<long[]>(12);
        var needs = ImmutableArray.CreateBuilder<Portion>(ingredients.Length);
        for (var i = 0; i < ingredients.Length; i++) needs.Add(new Portion(ingredients[i], quantities[i]));
        var order = new Order(
            row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.NullableText(4),
            row.NullableText(5), (FulfilmentType)row.GetInt16(6), row.GetFieldValue<DateOnly>(7), row.GetInt32(8),
            (OrderStatus)row.GetInt16(9), row.GetInt32(10), needs.MoveToImmutable())
        {
            CourierId = row.NullableText(15),
            Fingerprint = row.Nullable<Guid>(25),
        };
        return new OrderDocument(
            order, row.GetFieldValue<byte[]>(13), row.GetFieldValue<byte[]>(14), row.Time(16),
            row.IsDBNull(17) ? ContactTable.Erased : ContactTable.Read(row, 18));
    }

    public static NpgsqlBatchCommand Insert(IReadOnlyList<OrderRow> rows)
    {
        var (needs, positions) = (new Slices(), new Slices());
        foreach (var row in rows)
        {
            needs.Add(row.Document.Order.Needs.Length);
            positions.Add(row.Positions.Count);
        }
        T[] Each<T>(Func<OrderDocument, T> pick) => [.. rows.Select(row => pick(row.Document))];
        return Of(insertSql,
            P(Each(d => d.Order.Id)), P(Each(d => d.PlacedAt.UtcDateTime)), P(Each(d => d.UpdatedAt.UtcDateTime)),
            P(Each(d => d.Total)), P(Each(d => d.Order.Kitchen)), P(Each(d => d.Order.Day)),
            P(Each(d => d.Order.Number)), P(Each(d => d.Order.Version)), P(Each(d => (short)d.Order.Status)),
            P(Each(d => (short)d.Order.Fulfilment)), P(Each(d => d.Order.BrandId)), P(Each(d => d.Order.Channel)),
            P(Each(d => d.Order.ExternalReference)), P(Each(d => d.Order.CustomerId)), P(Each(d => d.Order.CourierId)),
            P(rows.SelectMany(row => row.Document.Order.Needs, (_, need) => need.Ingredient).ToArray()),
            P(rows.SelectMany(row => row.Document.Order.Needs, (_, need) => need.Quantity).ToArray()),
            P(rows.SelectMany(row => row.Positions).ToArray()),
            P(needs.Lows), P(needs.Highs), P(positions.Lows), P(positions.Highs),
            P(Each(d => d.Timeline)), P(Each(d => d.Content)));
    }

    public static NpgsqlBatchCommand Update(IReadOnlyList<OrderRow> rows)
    {
        var positions = new Slices();
        foreach (var row in rows) positions.Add(row.Positions.Count);
        T[] Each<T>(Func<OrderRow, T> pick) => [.. rows.Select(pick)];
        return Of(updateSql,
            P(Each(r => r.Document.Order.Id)), P(Each(r => (short)r.Document.Order.Status)),
            P(Each(r => r.Document.Order.Version)), P(Each(r => r.Document.UpdatedAt.UtcDateTime)),
            P(Each(r => r.Document.Order.CourierId)), P(rows.SelectMany(row => row.Positions).ToArray()),
            P(positions.Lows), P(positions.Highs), P(Each(r => r.Document.Timeline[r.TimelineKept..])));
    }
}

/// <summary>
/// An order to write: the current document, the positions of its events in this batch, and the length of the timeline
/// that is already stored.
/// </summary>
sealed class OrderRow(OrderDocument document, bool isNew)
{
    public OrderDocument Document { get; set; } = document;
    public bool IsNew { get; } = isNew;
    public int TimelineKept { get; } = isNew ? 0 : document.Timeline.Length;
    public List<long> Positions { get; } = [];
}

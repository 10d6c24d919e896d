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
        c.order_id, c.name, c.phone, c.email, c.address, c.notes, c.consent, c.fingerprint, o.details, o.due_at,
        c.courier_name, c.courier_phone, c.courier_vehicle, o.code_attempts, o.code_locked_until,
        o.queued_minutes, o.placed_at
        """;

    public const string From = "orders o LEFT JOIN contacts c ON c.order_id = o.id";

    static readonly RowSet<OrderRow> inserted = Changing()
        .Column("placed_at", row => row.Document.PlacedAt.UtcDateTime)
        .Column("total", row => row.Document.Total)
        .Column("kitchen", row => row.Order.Kitchen)
        .Column("day", row => row.Order.Day)
        .Column("number", row => row.Order.Number)
        .Column("fulfilment", row => (short)row.Order.Fulfilment)
        .Column("brand_id", row => row.Order.BrandId)
        .Column("channel", row => row.Order.Channel)
        .Column("external_reference", row => row.Order.ExternalReference)
        .Column("customer_id", row => row.Order.CustomerId)
        .Array("need_ingredients", row => row.Order.Needs, need => need.Ingredient)
        .Array("need_quantities", row => row.Order.Needs, need => need.Quantity)
        .Column("timeline", row => row.Document.Timeline)
        .Column("content", row => row.Document.Content);

    static readonly string insertSql = inserted.InsertInto("orders");

    static readonly RowSet<OrderRow> updated = Changing()
        .Column("timeline", row => row.Document.Timeline[row.StoredTimelineLength..]);

    static readonly string updateSql = $"""
        UPDATE orders o SET status = t.status, version = t.version, updated_at = t.updated_at, closed = t.closed,
            courier_id = t.courier_id, positions = o.positions || {updated["positions"]},
            timeline = o.timeline || t.timeline, details = t.details, due_at = t.due_at,
            code_attempts = t.code_attempts, code_locked_until = t.code_locked_until,
            queued_minutes = t.queued_minutes
        FROM {updated.From} WHERE o.id = t.id
        """;

    // The id, and the columns that change after placing, except for the timeline, which grows.
    static RowSet<OrderRow> Changing() => new RowSet<OrderRow>()
        .Column("id", row => row.Order.Id)
        .Column("status", row => (short)row.Order.Status)
        .Column("version", row => row.Order.Version)
        .Column("updated_at", row => row.Document.UpdatedAt.UtcDateTime)
        .Column("closed", row => !row.Order.IsOpen)
        .Column("courier_id", row => row.Order.CourierId)
        .Array("positions", row => row.Positions, position => position)
        .Column("details", row => row.Details)
        .Column("due_at", row => row.DueAt)
        .Column("code_attempts", row => row.Order.CodeAttempts?.Wrong)
        .Column("code_locked_until", row => row.Order.CodeAttempts?.LockedUntil?.UtcDateTime)
        .Column("queued_minutes", row => row.Order.QueuedMinutes);

    /// <summary>The lowest id of a Unix millisecond: ids are UUIDv7 and start with their creation time.</summary>
    public static Guid FirstId(long milliseconds) =>
        Guid.ParseExact($"{Math.Clamp(milliseconds, 0, (1L << 47) - 1):x12}{0:x20}", "N");

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<Guid> ids) =>
        BatchCommand($"SELECT {Columns} FROM {From} WHERE o.id = ANY($1)", P(ids.ToArray()));

    public static OrderDocument Read(NpgsqlDataReader row)
    {
        var ingredients = row.GetFieldValue<int[]>(11);
        var quantities = row.GetFieldValue<long[]>(12);
        var needs = ImmutableArray.CreateBuilder<Portion>(ingredients.Length);
        for (var i = 0; i < ingredients.Length; i++) needs.Add(new Portion(ingredients[i], quantities[i]));
        var content = row.GetFieldValue<byte[]>(13);
        var order = new Order(
            row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.NullableText(4),
            row.NullableText(5), (FulfilmentType)row.GetInt16(6), row.GetFieldValue<DateOnly>(7), row.GetInt32(8),
            (OrderStatus)row.GetInt16(9), row.GetInt32(10), needs.MoveToImmutable())
        {
            CourierId = row.NullableText(15),
            Fingerprint = row.Nullable<Guid>(24),
            Details = OrderDetailsJson.Read(row.NullableBytes(25)),
            CourierContact = ContactTable.ReadCourier(row, 27),
            CodeAttempts = row.Nullable<int>(30) is { } wrong ? new CodeAttempts(wrong, row.NullableTime(31)) : null,
            Lines = OrderLines.In(content),
            QueuedMinutes = row.GetInt32(32),
        };
        return new OrderDocument(
            order, content, row.GetFieldValue<byte[]>(14), row.Time(16),
            row.IsDBNull(17) ? ContactTable.Erased : ContactTable.Read(row, 18))
        {
            PlacedAt = row.Time(33),
            DueAt = row.NullableTime(26),
        };
    }

    public static NpgsqlBatchCommand Insert(IReadOnlyList<OrderRow> rows) => inserted.BatchCommand(insertSql, rows);

    public static NpgsqlBatchCommand Update(IReadOnlyList<OrderRow> rows) => updated.BatchCommand(updateSql, rows);
}

/// <summary>
/// An order to write: the current document, the positions of its events in this batch, and the length of the timeline
/// that is already stored.
/// </summary>
sealed class OrderRow(OrderDocument document, bool isNew)
{
    readonly DateTimeOffset? dueBefore = isNew ? null : document.DueAt;
    readonly CourierContact? courierBefore = document.Order.CourierContact;

    public OrderDocument Document { get; set; } = document;
    public Order Order => Document.Order;
    public bool IsNew { get; } = isNew;
    public int StoredTimelineLength { get; } = isNew ? 0 : document.Timeline.Length;
    public byte[]? Details => OrderDetailsJson.Bytes(Order.Details);
    public DateTime? DueAt => Document.DueAt?.UtcDateTime;

    /// <summary>The timer that is not in the queue yet, if any.</summary>
    public OrderTimer? NewTimer => Document.DueAt is { } at && at != dueBefore
        ? new OrderTimer(at, Order.Id, IsDue: false)
        : null;

    /// <summary>Not for a new order, which is inserted with its courier.</summary>
    public bool HasNewCourier => !IsNew && Order.CourierContact != courierBefore;

    public List<long> Positions { get; } = [];
}

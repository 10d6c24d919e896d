using System.Text.Json;
using Npgsql;
using Tiffin.Domain.Orders;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>The only table with personal data (PII), of customers and of couriers.</summary>
static class ContactTable
{
    public static readonly Contact Erased = new(null, null, null, null, null);

    static readonly RowSet<OrderRow> inserted = new RowSet<OrderRow>()
        .Column("order_id", row => row.Order.Id)
        .Column("name", row => row.Document.Contact.Name)
        .Column("phone", row => row.Document.Contact.Phone)
        .Column("email", row => row.Document.Contact.Email)
        .Column("address", row => row.Document.Contact.Address is { } address
            ? JsonSerializer.Serialize(address, WireJson.Default.Address)
            : null)
        .Column("notes", row => row.Document.Contact.Notes is { } notes
            ? JsonSerializer.Serialize(notes, WireJson.Default.IReadOnlyListString)
            : null)
        .Column("consent", row => row.Document.Contact.Consent)
        .Column("fingerprint", row => row.Order.Fingerprint)
        .Column("courier_name", row => row.Order.CourierContact?.Name)
        .Column("courier_phone", row => row.Order.CourierContact?.Phone)
        .Column("courier_vehicle", row => row.Order.CourierContact?.Vehicle);

    static readonly string insertSql = inserted.InsertInto("contacts");

    static readonly RowSet<OrderRow> couriers = new RowSet<OrderRow>()
        .Column("order_id", row => row.Order.Id)
        .Column("courier_name", row => row.Order.CourierContact?.Name)
        .Column("courier_phone", row => row.Order.CourierContact?.Phone)
        .Column("courier_vehicle", row => row.Order.CourierContact?.Vehicle);

    // Contacts that were erased stay erased.
    static readonly string couriersSql = $"""
        UPDATE contacts c SET courier_name = t.courier_name, courier_phone = t.courier_phone,
            courier_vehicle = t.courier_vehicle
        FROM {couriers.From} WHERE c.order_id = t.order_id
        """;

    public static Contact Read(NpgsqlDataReader row, int first) => new(
        row.NullableText(first), row.NullableText(first + 1), row.NullableText(first + 2),
        row.NullableText(first + 3) is { } address
            ? JsonSerializer.Deserialize(address, WireJson.Default.Address)
            : null,
        row.NullableText(first + 4) is { } notes
            ? JsonSerializer.Deserialize(notes, WireJson.Default.IReadOnlyListString)
            : null,
        row.Nullable<bool>(first + 5));

    /// <summary>Null for an order without a courier, or if nothing is known about the courier.</summary>
    public static CourierContact? ReadCourier(NpgsqlDataReader row, int first)
    {
        var courier = new CourierContact(
            row.NullableText(first), row.NullableText(first + 1), row.NullableText(first + 2));
        return courier == CourierContact.None ? null : courier;
    }

    public static NpgsqlBatchCommand UpdateCouriers(IReadOnlyList<OrderRow> rows) =>
        couriers.BatchCommand(couriersSql, rows);

    public static NpgsqlBatchCommand Insert(IReadOnlyList<OrderRow> rows) => inserted.BatchCommand(insertSql, rows);

    /// <summary>Contacts of a customer's orders; <paramref name="channel"/> null means all channels.</summary>
    public static Task<List<OrderContact>> OfCustomer(
        NpgsqlConnection connection, string customerId, string? channel, CancellationToken cancel) =>
        Rows(connection, """
            SELECT c.order_id, o.channel, c.name, c.phone, c.email, c.address, c.notes, c.consent,
                c.courier_name, c.courier_phone, c.courier_vehicle
            FROM contacts c JOIN orders o ON o.id = c.order_id
            WHERE o.customer_id = $1 AND ($2::text IS NULL OR o.channel = $2) ORDER BY c.order_id
            """, row => new OrderContact(row.GetGuid(0), row.GetString(1), Read(row, 2), ReadCourier(row, 8)), cancel,
            P(customerId), P(channel));

    public static Task<int> Erase(
        NpgsqlConnection connection, string customerId, string? channel, CancellationToken cancel) =>
        Run(connection, """
            DELETE FROM contacts WHERE order_id IN
                (SELECT id FROM orders WHERE customer_id = $1 AND ($2::text IS NULL OR channel = $2))
            """, cancel, P(customerId), P(channel));

    /// <summary>Erases the contacts of orders that were placed before a time and have ended.</summary>
    public static Task<int> EraseBefore(
        NpgsqlConnection connection, DateTimeOffset time, int max, CancellationToken cancel) =>
        Run(connection, """
            DELETE FROM contacts WHERE order_id IN (
                SELECT c.order_id FROM contacts c JOIN orders o ON o.id = c.order_id
                WHERE c.order_id < $1 AND o.closed LIMIT $2)
            """, cancel, P(OrderTable.FirstId(time.ToUnixTimeMilliseconds())), P(max));
}

/// <summary>The personal data of an order.</summary>
sealed record OrderContact(Guid Order, string Channel, Contact Contact, CourierContact? Courier);

using System.Text.Json;
using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Wire;
using static Tiffin.Storage.Sql;

namespace Tiffin.Storage;

/// <summary>The one home of customers' personal data.</summary>
static class ContactTable
{
    public static readonly Contact Erased = new(null, null, null, null, null, null);

    const string InsertSql = """
        INSERT INTO contacts (order_id, name, phone, email, address, instructions, notes, consent)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::bool[])
        """;

    public static Contact Read(NpgsqlDataReader row, int first) => new(
        row.NullableText(first), row.NullableText(first + 1), row.NullableText(first + 2), row.NullableText(first + 3),
        row.NullableText(first + 4),
        row.NullableText(first + 5) is { } notes
            ? JsonSerializer.Deserialize(notes, WireJson.Default.IReadOnlyListString)
            : null,
        row.Nullable<bool>(first + 6));

    public static NpgsqlBatchCommand Insert(IReadOnlyList<OrderRow> rows)
    {
        T[] Each<T>(Func<Contact, T> pick) => [.. rows.Select(row => pick(row.Document.Contact))];
        return Of(InsertSql,
            P(rows.Select(row => row.Document.Order.Id).ToArray()), P(Each(c => c.Name)), P(Each(c => c.Phone)),
            P(Each(c => c.Email)), P(Each(c => c.Address)), P(Each(c => c.Instructions)),
            P(Each(c => c.Notes is null
                ? null
                : JsonSerializer.Serialize(c.Notes, WireJson.Default.IReadOnlyListString))),
            P(Each(c => c.Consent)));
    }
}

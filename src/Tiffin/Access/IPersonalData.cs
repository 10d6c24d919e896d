using System.Text.Json;
using Npgsql;
using Tiffin.Storage;

namespace Tiffin.Access;

/// <summary>A place where personal data of customers lies. Whatever keeps some registers one.</summary>
public interface IPersonalData
{
    /// <summary>What the export calls it.</summary>
    string Name { get; }

    /// <summary>Erases what lies here of a customer, in the transaction of the connection.</summary>
    Task Erase(NpgsqlConnection connection, string customerId, CancellationToken cancel);

    /// <summary>Writes what lies here of a customer, as one JSON value.</summary>
    Task Export(NpgsqlConnection connection, string customerId, Utf8JsonWriter json, CancellationToken cancel);

    /// <summary>Erases what lies here of orders that were placed before a time; answers how much that was.</summary>
    Task<int> EraseBefore(NpgsqlConnection connection, DateTimeOffset time, int max, CancellationToken cancel);
}

/// <summary>The contacts of orders: name, phone, e-mail, address, notes.</summary>
sealed class Contacts : IPersonalData
{
    public string Name => "contacts";

    public Task Erase(NpgsqlConnection connection, string customerId, CancellationToken cancel) =>
        ContactTable.Erase(connection, customerId, cancel);

    public async Task Export(
        NpgsqlConnection connection, string customerId, Utf8JsonWriter json, CancellationToken cancel)
    {
        json.WriteStartArray();
        foreach (var (order, contact) in await ContactTable.OfCustomer(connection, customerId, cancel))
        {
            json.WriteStartObject();
            json.WriteString("orderId", order);
            json.WriteString("name", contact.Name);
            json.WriteString("phone", contact.Phone);
            json.WriteString("email", contact.Email);
            json.WriteString("address", contact.Address);
            json.WriteString("instructions", contact.Instructions);
            json.WriteStartArray("notes");
            foreach (var note in (contact.Notes ?? []).OfType<string>()) json.WriteStringValue(note);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public Task<int> EraseBefore(
        NpgsqlConnection connection, DateTimeOffset time, int max, CancellationToken cancel) =>
        ContactTable.EraseBefore(connection, time, max, cancel);
}

/// <summary>In the section <c>PersonalData</c>.</summary>
public sealed class PersonalDataOptions
{
    /// <summary>Days after which personal data of an order goes by itself; for ever without.</summary>
    public int? KeptDays { get; set; }
}

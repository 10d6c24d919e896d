using System.Text.Json;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.PersonalData;

/// <summary>
/// Whose personal data. The id is a name that a channel gave: another channel may call somebody else by it. Without a
/// channel it is whoever any of them calls so.
/// </summary>
public sealed record DataSubject(string CustomerId, string? Channel);

/// <summary>A place where personal data of customers lies. Whatever keeps some registers one.</summary>
public interface IPersonalData
{
    /// <summary>What the export calls it.</summary>
    string Name { get; }

    /// <summary>Erases what lies here of a customer, in the transaction of the connection.</summary>
    Task Erase(NpgsqlConnection connection, DataSubject customer, CancellationToken cancel);

    /// <summary>Writes what lies here of a customer, as one JSON value.</summary>
    Task Export(NpgsqlConnection connection, DataSubject customer, Utf8JsonWriter json, CancellationToken cancel);

    /// <summary>Erases what lies here of orders that were placed before a time; answers how much that was.</summary>
    Task<int> EraseBefore(NpgsqlConnection connection, DateTimeOffset time, int max, CancellationToken cancel);
}

/// <summary>The contacts of orders: name, phone, e-mail, address, notes.</summary>
sealed class Contacts : IPersonalData
{
    public string Name => "contacts";

    public Task Erase(NpgsqlConnection connection, DataSubject customer, CancellationToken cancel) =>
        ContactTable.Erase(connection, customer.CustomerId, customer.Channel, cancel);

    public async Task Export(
        NpgsqlConnection connection, DataSubject customer, Utf8JsonWriter json, CancellationToken cancel)
    {
        json.WriteStartArray();
        var contacts = await ContactTable.OfCustomer(connection, customer.CustomerId, customer.Channel, cancel);
        foreach (var (order, channel, contact) in contacts)
        {
            json.WriteStartObject();
            json.WriteString("orderId", order);
            json.WriteString("channel", channel);
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

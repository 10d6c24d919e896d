using System.Text.Json;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.PersonalData;

/// <summary>
/// The customer whose personal data (PII) is exported or erased. Customer ids are assigned by channels, so two channels
/// can use one id for different people. Without a channel, all of them are included.
/// </summary>
public sealed record DataSubject(string CustomerId, string? Channel);

/// <summary>A store of customers' personal data (PII). Each feature that stores some registers one.</summary>
public interface IPersonalData
{
    /// <summary>The property name in the export.</summary>
    string Name { get; }

    /// <summary>Erases a customer's data within the connection's transaction.</summary>
    Task Erase(NpgsqlConnection connection, DataSubject customer, CancellationToken cancel);

    /// <summary>Writes a customer's data as one JSON value.</summary>
    Task Export(NpgsqlConnection connection, DataSubject customer, Utf8JsonWriter json, CancellationToken cancel);

    /// <summary>Erases the data of at most <paramref name="max"/> orders placed before a time.</summary>
    /// <returns>The number of erased records.</returns>
    Task<int> EraseBefore(NpgsqlConnection connection, DateTimeOffset time, int max, CancellationToken cancel);
}

/// <summary>Contact details of orders: name, phone, e-mail, address, notes.</summary>
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

/// <summary>Retention of personal data, in the section <c>PersonalData</c>.</summary>
public sealed class PersonalDataOptions
{
    /// <summary>Days after which the personal data of an order is erased. Unlimited if not set.</summary>
    public int? RetentionDays { get; set; }
}
